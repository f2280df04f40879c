using System.Collections.Specialized;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Web;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.S3;
using Amazon.S3.Model;
using BleepStore.Storage.Aws.Wire;

namespace BleepStore.Storage.Aws.Presigning;

/// <summary>
/// Signs URLs and forms through the SDK. The SDK's clock is this machine's, corrected by the time in the service's answers. A signature
/// never outlives a credential with a known expiry.
/// </summary>
internal sealed class AwsSigner(SigningCredentials credentials)
{
    private const int MaxAttempts = 3;
    private const string Date = "X-Amz-Date";
    private const string Expires = "X-Amz-Expires";
    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Signs a URL.</summary>
    /// <param name="request">The URL, without headers and time.</param>
    /// <param name="headers">The headers that the request must have.</param>
    /// <param name="expiresIn">How long the URL is good for, in whole seconds.</param>
    /// <param name="cancellationToken">Stops the wait for a credential.</param>
    public async ValueTask<PresignedUrl> SignAsync(
        GetPreSignedUrlRequest request, Dictionary<string, string> headers, TimeSpan expiresIn, CancellationToken cancellationToken)
    {
        foreach ((string name, string value) in headers)
        {
            request.Headers[name] = value;
        }

        (string url, DateTimeOffset expiresAt) = await RunAsync(
            async signing =>
            {
                string endpoint = EndpointOf(signing.Client, request);
                request.Protocol = endpoint.StartsWith("http:", StringComparison.OrdinalIgnoreCase) ? Protocol.HTTP : Protocol.HTTPS;
                for (int attempt = 1; ; attempt++)
                {
                    DateTimeOffset now = NowAt(signing.Client, endpoint);
                    TimeSpan life = LifeOf(signing, now, expiresIn);
                    request.Expires = (now + life).UtcDateTime;
                    string signed;
                    try
                    {
                        signed = await signing.Client.GetPreSignedURLAsync(request).WaitAsync(cancellationToken).ConfigureAwait(false);
                    }
                    catch (ArgumentException) when (attempt < MaxAttempts && NowAt(signing.Client, endpoint) - now > life)
                    {
                        // The wait for a credential was longer than the life, which the SDK then takes for a life that is too long.
                        continue;
                    }

                    (DateTimeOffset from, TimeSpan signedLife) = TimesOf(signed);

                    // The SDK's clock starts when it has a credential, and a client from the application can wait for one. The next attempt
                    // finds the credential ready.
                    if (signedLife == life || attempt == MaxAttempts)
                    {
                        return (signed, from + signedLife);
                    }
                }
            },
            cancellationToken).ConfigureAwait(false);
        return new PresignedUrl
        {
            Url = ToUri(request.UploadId is { } id ? WithEscapedId(url, id) : url),
            Method = request.Verb.ToString(),
            RequiredHeaders = headers,
            ExpiresAt = expiresAt,
        };
    }

    /// <summary>Signs a form.</summary>
    /// <param name="request">The form, without time.</param>
    /// <param name="expiresIn">How long the form is good for, in whole seconds.</param>
    /// <param name="cancellationToken">Stops the wait for a credential.</param>
    public async ValueTask<PresignedPost> SignAsync(
        CreatePresignedPostRequest request, TimeSpan expiresIn, CancellationToken cancellationToken) =>
        await RunAsync(
            async signing =>
            {
                DateTimeOffset now = NowAt(signing.Client, EndpointOf(signing.Client, request));
                var expiresAt = DateTimeOffset.FromUnixTimeSeconds((now + LifeOf(signing, now, expiresIn)).ToUnixTimeSeconds());
                request.Expires = expiresAt.UtcDateTime;
                CreatePresignedPostResponse form =
                    await signing.Client.CreatePresignedPostAsync(request).WaitAsync(cancellationToken).ConfigureAwait(false);
                return new PresignedPost { Url = ToUri(form.Url), Fields = form.Fields, ExpiresAt = expiresAt };
            },
            cancellationToken).ConfigureAwait(false);

    private static string EndpointOf(IAmazonS3 client, AmazonWebServiceRequest request) =>
        client.Config.DetermineServiceOperationEndpoint(new ServiceOperationEndpointParameters(request)).URL;

    private static DateTimeOffset NowAt(IAmazonS3 client, string endpoint) =>
        new(CorrectClockSkew.GetCorrectedUtcNowForEndpoint(endpoint, client.Config).ToUniversalTime());

    private static TimeSpan LifeOf(SigningCredential signing, DateTimeOffset now, TimeSpan wanted)
    {
        if (signing.ExpiresAt is not { } end || end - now >= wanted)
        {
            return wanted;
        }

        return end - now >= Second
            ? TimeSpan.FromSeconds(Math.Floor((end - now).TotalSeconds))
            : throw new StorageException(
                StorageErrorCode.AuthenticationFailed,
                $"The temporary credential has expired, so nothing can be signed. Correct {nameof(AwsBackendOptions.RenewCredential)}, "
                + "or what the SDK's default chain finds.");
    }

    /// <summary>From when on a URL is good, and for how long, as the service reads it.</summary>
    private static (DateTimeOffset From, TimeSpan Life) TimesOf(string url)
    {
        NameValueCollection query = HttpUtility.ParseQueryString(url[url.IndexOf('?', StringComparison.Ordinal)..]);
        return (
            DateTimeOffset.ParseExact(query[Date]!, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            TimeSpan.FromSeconds(long.Parse(query[Expires]!, CultureInfo.InvariantCulture)));
    }

    /// <summary>The SDK signs the escaped id, but writes it unescaped. A server reads a plus sign as a space.</summary>
    private static string WithEscapedId(string url, string id) =>
        url.Replace($"uploadId={id}&", $"uploadId={Uri.EscapeDataString(id)}&", StringComparison.Ordinal);

    /// <summary>Normalising the address could change characters of names.</summary>
    private static Uri ToUri(string url) => new(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private async Task<T> RunAsync<T>(Func<SigningCredential, Task<T>> sign, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await sign(await credentials.GetAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (NullReferenceException anonymous) when (credentials.AreHidden)
        {
            // The SDK throws this for a client without a credential. There is no other sign for a client from the application.
            throw SigningCredentials.Anonymous(anonymous);
        }
        catch (Exception thrown) when (AwsErrors.Map(thrown, mayHaveLanded: null, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }
}
