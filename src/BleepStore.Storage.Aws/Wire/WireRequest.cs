using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>One attempt of a request, beneath the signature and all of the SDK's retries.</summary>
/// <param name="inner">The SDK's own.</param>
internal sealed class WireRequest(HttpWebRequestMessage inner) : IHttpRequest<HttpContent>
{
    private IRequestContext? _context;

    public string Method
    {
        get => inner.Method;
        set => inner.Method = value;
    }

    public Uri RequestUri => inner.RequestUri;

    public Version HttpProtocolVersion
    {
        get => inner.HttpProtocolVersion;
        set => inner.HttpProtocolVersion = value;
    }

    private bool IsWrite => inner.Request.Method != HttpMethod.Get && inner.Request.Method != HttpMethod.Head;

    public void ConfigureRequest(IRequestContext requestContext)
    {
        _context = requestContext;
        inner.ConfigureRequest(requestContext);
    }

    public void SetRequestHeaders(IDictionary<string, string> headers) => inner.SetRequestHeaders(headers);

    public HttpContent GetRequestContent() => inner.GetRequestContent();

    public Task<HttpContent> GetRequestContentAsync() => inner.GetRequestContentAsync();

    public void WriteToRequestBody(
        HttpContent requestContent, Stream contentStream, IDictionary<string, string> contentHeaders, IRequestContext requestContext) =>
        inner.WriteToRequestBody(requestContent, contentStream, contentHeaders, requestContext);

    public void WriteToRequestBody(HttpContent requestContent, byte[] content, IDictionary<string, string> contentHeaders) =>
        inner.WriteToRequestBody(requestContent, content, contentHeaders);

    public void WriteToRequestBody(HttpContent requestContent, ReadOnlyMemory<byte> content, IDictionary<string, string> contentHeaders) =>
        inner.WriteToRequestBody(requestContent, content, contentHeaders);

    public IHttpRequestStreamHandle SetupHttpRequestStreamPublisher(
        IDictionary<string, string> contentHeaders, IHttpRequestStreamPublisher publisher) =>
        inner.SetupHttpRequestStreamPublisher(contentHeaders, publisher);

    public Stream SetupProgressListeners(
        Stream originalStream, long progressUpdateInterval, object sender, EventHandler<StreamTransferProgressArgs> callback) =>
        inner.SetupProgressListeners(originalStream, progressUpdateInterval, sender, callback);

    public void Abort() => inner.Abort();

    public IWebResponseData GetResponse()
    {
        KeepFromRepeating();
        return inner.GetResponse();
    }

    public async Task<IWebResponseData> GetResponseAsync(CancellationToken cancellationToken)
    {
        KeepFromRepeating();
        IWebResponseData answer = await inner.GetResponseAsync(cancellationToken).ConfigureAwait(false);
        Redirection.Refuse(answer, RequestUri, _context?.ContextAttributes);
        return answer.IsSuccessStatusCode && _context?.OriginalRequest is { } request && Proof.RootOf(request) is { } root
            ? await RootedAnswer.ReadAsync(answer, request, root, IsWrite, cancellationToken).ConfigureAwait(false)
            : answer;
    }

    public void Dispose() => inner.Dispose();

    /// <summary>
    /// .NET's own handler repeats a request without content when the connection ends before the answer. Nobody counts such repeats.
    /// </summary>
    private void KeepFromRepeating()
    {
        if (IsWrite)
        {
            inner.Request.Content ??= new ByteArrayContent([]);
        }
    }
}
