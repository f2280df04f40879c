using Amazon.Runtime.Internal.Transform;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>
/// Handles answers that redirect the client. The SDK follows S3's own redirects. For others it throws an exception that is hard to
/// understand.
/// </summary>
internal static class Redirection
{
    /// <summary>
    /// How many redirects of one call are followed. S3 sends a client once, to the region of the bucket. The SDK follows without end.
    /// </summary>
    private const int MostFollowed = 5;

    private const string Followed = "BleepStoreRedirects";

    /// <summary>Refuses an answer that leads out of S3, from http to https, or nowhere.</summary>
    /// <param name="answer">The answer, which is disposed when it is refused.</param>
    /// <param name="from">The address of the request.</param>
    /// <param name="state">The state of the call, which counts its redirects.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NotSupported"/> when the option that names the endpoint is wrong.
    /// </exception>
    public static void Refuse(IWebResponseData answer, Uri from, IDictionary<string, object>? state)
    {
        if ((int)answer.StatusCode is 301 or 302 or 303 or 307 or 308 && answer.IsHeaderPresent("Location")
            && (Reason(answer.GetHeaderValue("Location"), from) ?? Endlessness(state)) is { } reason)
        {
            answer.ResponseBody.Dispose();
            throw new StorageException(StorageErrorCode.NotSupported, reason) { Status = (int)answer.StatusCode };
        }
    }

    private static string? Endlessness(IDictionary<string, object>? state)
    {
        if (state is null)
        {
            return null;
        }

        int followed = (state.TryGetValue(Followed, out object? before) ? (int)before : 0) + 1;
        state[Followed] = followed;
        return followed > MostFollowed
            ? $"S3 redirected the request {followed} times in a row. Set {nameof(AwsBackendOptions.Region)} to the region of the bucket."
            : null;
    }

    /// <summary>
    /// Returns the fault of the endpoint. <see langword="null"/> where S3 redirects the client to another of its own endpoints.
    /// </summary>
    /// <param name="location">The target of the redirect.</param>
    /// <param name="from">The address of the request, if it is known.</param>
    public static string? Reason(string location, Uri? from)
    {
        if (!Uri.TryCreate(location, UriKind.Absolute, out Uri? to) || to.Scheme is not ("http" or "https"))
        {
            return $"The endpoint redirects to another of its paths, as a website does. Correct {nameof(AwsBackendOptions.ServiceUrl)}.";
        }

        string target = to.GetLeftPart(UriPartial.Authority);
        if (from is { Scheme: "http" } && to.Scheme == Uri.UriSchemeHttps)
        {
            return $"The endpoint redirects from http to https. Set {nameof(AwsBackendOptions.ServiceUrl)} to '{target}'.";
        }

        return AwsClients.IsAmazons(to)
            ? null
            : $"The endpoint redirects to '{target}'. If that is the server, set {nameof(AwsBackendOptions.ServiceUrl)} to it.";
    }
}
