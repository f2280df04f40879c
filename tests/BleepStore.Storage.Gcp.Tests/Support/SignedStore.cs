using BleepStore.Storage.Gcp.TestServer;
using Google.Apis.Auth.OAuth2;

namespace BleepStore.Storage.Gcp.Tests.Support;

/// <summary>A server that lets in what <see cref="SigningAccount"/> has signed, a store that signs, and plain HTTP.</summary>
internal sealed class SignedStore : IAsyncDisposable
{
    private readonly ServedStore _served;
    private readonly HttpClient _http = new();

    private SignedStore(ServedStore served, ShiftedTime time)
    {
        _served = served;
        Time = time;
        Bucket = Open().GetBucket("bucket");
    }

    public GcsServer Server => _served.Server;

    /// <summary>The clock by which the server has signatures expire.</summary>
    public ShiftedTime Time { get; }

    public Bucket Bucket { get; }

    public static async Task<SignedStore> StartAsync()
    {
        var time = new ShiftedTime();
        var options = new GcsServerOptions { SigningKeys = SigningAccount.PublicKeys, SignatureTime = time };
        return new SignedStore(await ServedStore.StartAsync(options), time);
    }

    /// <summary>A store with the credential of the account.</summary>
    public ObjectStore Open(Action<GcpBackendOptions>? configure = null) => _served.Open(options =>
    {
        options.UnauthenticatedAccess = false;
        options.CredentialFactory = static _ => SigningAccount.Credential;
        configure?.Invoke(options);
    });

    /// <summary>A store with another credential.</summary>
    public Bucket OpenWith(GoogleCredential credential) => Open(options => options.CredentialFactory = _ => credential).GetBucket("bucket");

    /// <summary>The request that a URL is for, with its required headers, changed or not.</summary>
    public Task<SentAnswer> SendAsync(
        PresignedUrl url, byte[]? body = null, string? method = null, params (string Name, string? Value)[] changes)
    {
        var headers = url.RequiredHeaders.ToDictionary(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string? value) in changes)
        {
            headers.Remove(name);
            if (value is not null)
            {
                headers.Add(name, value);
            }
        }

        var request = new HttpRequestMessage(new HttpMethod(method ?? url.Method), url.Url);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
        }

        foreach ((string name, string value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content ??= new ByteArrayContent([]);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return SendAsync(request);
    }

    /// <summary>Sends a form as a browser does.</summary>
    public Task<SentAnswer> PostAsync(
        PresignedPost post, byte[] file, string fileName = "file.txt", params (string Name, string? Value)[] changes)
    {
        var fields = post.Fields.ToDictionary(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string? value) in changes)
        {
            fields.Remove(name);
            if (value is not null)
            {
                fields.Add(name, value);
            }
        }

        var form = new MultipartFormDataContent();
        foreach ((string name, string value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        form.Add(new ByteArrayContent(file), "file", fileName);
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, post.Url) { Content = form });
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _served.DisposeAsync();
    }

    private async Task<SentAnswer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using HttpResponseMessage response = await _http.SendAsync(request);
            return await SentAnswer.ReadAsync(response);
        }
    }
}
