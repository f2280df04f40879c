using System.Globalization;

namespace BleepStore.Storage.Tests.Shared.Network;

/// <summary>The head of an HTTP/1.1 message as it came over the wire.</summary>
/// <param name="Bytes">All of it, the empty line included.</param>
/// <param name="First">The first word of the first line, which is the method or the version.</param>
/// <param name="Second">The second word of the first line, which is the target or the status.</param>
/// <param name="Headers">The lines after the first.</param>
internal sealed record HttpHead(ReadOnlyMemory<byte> Bytes, string First, string Second, IReadOnlyList<string> Headers)
{
    /// <summary>Whether this is the answer to a HEAD request, which has no body.</summary>
    public bool AnswersHead { get; init; }

    public bool ClosesConnection => string.Equals(Header("Connection"), "close", StringComparison.OrdinalIgnoreCase);

    public bool IsChunked => string.Equals(Header("Transfer-Encoding"), "chunked", StringComparison.OrdinalIgnoreCase);

    public long? ContentLength => Header("Content-Length") is { } length ? long.Parse(length, CultureInfo.InvariantCulture) : null;

    private string? Header(string name) => Headers
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault();
}
