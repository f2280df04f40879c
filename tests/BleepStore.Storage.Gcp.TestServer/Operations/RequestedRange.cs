using System.Net.Http.Headers;

namespace BleepStore.Storage.Gcp.TestServer.Operations;

/// <summary>
/// One range of bytes. A header that is none, or that names several ranges, is ignored, as HTTP allows (RFC 9110, section 14.2).
/// </summary>
internal sealed record RequestedRange(long? From, long? To)
{
    public static RequestedRange? Parse(string? header) =>
        RangeHeaderValue.TryParse(header, out RangeHeaderValue? range) && range is { Unit: "bytes", Ranges.Count: 1 }
            ? new RequestedRange(range.Ranges.Single().From, range.Ranges.Single().To)
            : null;

    /// <exception cref="GcsError">416 when no byte of the object is in it. An empty object has none that could be.</exception>
    public (long Offset, long Length) In(long size)
    {
        if (From is not { } from)
        {
            long suffix = Math.Min(To ?? 0, size);
            return suffix > 0 ? (size - suffix, suffix) : throw GcsError.RangeNotSatisfiable(size);
        }

        return from < size ? (from, Math.Min(To ?? long.MaxValue, size - 1) - from + 1) : throw GcsError.RangeNotSatisfiable(size);
    }
}
