using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;
using Google.Apis.Services;
using Google.Apis.Storage.v1;
using Google.Cloud.Storage.V1;

namespace BleepStore.Storage.Benchmarks.Gcp;

/// <summary>
/// The vendor's client, created as by the library, with the same application name, without decoding and without a handler between.
/// </summary>
internal static class BareClient
{
    /// <param name="handler">The handler that sends.</param>
    /// <param name="token">The credential of every request.</param>
    /// <param name="root">The root of the API. The default is Google's.</param>
    public static StorageClient Create(HttpMessageHandler handler, string token, string? root = null) => new StorageClientImpl(
        new StorageService(new BaseClientService.Initializer
        {
            ApplicationName = "BleepStore.Storage",
            BaseUri = root is null ? null : $"{root}storage/v1/",
            HttpClientFactory = new HttpClientFromMessageHandlerFactory(_ =>
                new HttpClientFromMessageHandlerFactory.ConfiguredHttpMessageHandler(
                    handler, performsAutomaticDecompression: false, handlesRedirect: false)),
            HttpClientInitializer = GoogleCredential.FromAccessToken(token),
            GZipEnabled = false,
            HttpClientTimeout = Timeout.InfiniteTimeSpan,
        }),
        encryptionKey: null);
}
