using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace BleepStore.Storage.AspNetCore.Requests;

/// <summary>Dates in headers.</summary>
internal static class HttpDates
{
    /// <returns><see langword="null"/> where there is no date, or anything but one. HTTP says to ignore such headers.</returns>
    public static DateTimeOffset? Parse(StringValues header) =>
        header is [{ } value] && HeaderUtilities.TryParseDate(value, out DateTimeOffset date) ? date : null;
}
