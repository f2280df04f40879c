using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage.AspNetCore.Uploads;

/// <summary>Why a request is refused. The messages are shown to clients.</summary>
internal static class Refusals
{
    public static BadHttpRequestException TooLarge(string what, long limit) =>
        new($"{what} exceeds the limit of {limit}.", StatusCodes.Status413PayloadTooLarge);

    public static BadHttpRequestException Malformed(string reason, Exception? cause = null) =>
        cause is null ? new(reason, StatusCodes.Status400BadRequest) : new(reason, StatusCodes.Status400BadRequest, cause);

    public static BadHttpRequestException NoForm() =>
        new("The request is not a form with files.", StatusCodes.Status415UnsupportedMediaType);
}
