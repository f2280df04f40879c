using System.Text;

namespace BleepStore.Storage.Gcp.TestServer.State;

/// <summary>Names in the order of their UTF-8 bytes ("Objects: list", lexicographic order).</summary>
internal sealed class NameOrder : IComparer<string>
{
    public static NameOrder Instance { get; } = new();

    public int Compare(string? x, string? y) => Bytes(x).SequenceCompareTo(Bytes(y));

    private static ReadOnlySpan<byte> Bytes(string? text) => Encoding.UTF8.GetBytes(text ?? "");
}
