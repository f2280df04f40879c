using System.Globalization;

namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>A completion that is about to commit.</summary>
/// <param name="Id">The id of the completion.</param>
/// <param name="Generation">The generation that it replaces, or 0 for no object.</param>
internal sealed record UploadClaim(string Id, long Generation)
{
    public static UploadClaim? Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && long.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long generation)
            ? new UploadClaim(text[..colon], generation)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id}:{Generation}");
}
