using System.Net;
using System.Xml;
using Amazon.Runtime;
using Amazon.Runtime.EventStreams;
using Amazon.Runtime.Internal.Transform;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>
/// An answer that holds a whole document of the kind that was asked for. The SDK finds nothing in any other document, and takes that for an
/// empty result.
/// </summary>
/// <param name="head">Status and headers.</param>
/// <param name="document">The document.</param>
internal sealed class RootedAnswer(IWebResponseData head, MemoryStream document) : IWebResponseData, IHttpResponseBody
{
    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, CloseInput = false };

    public long ContentLength => document.Length;

    public string ContentType => head.ContentType;

    public HttpStatusCode StatusCode => head.StatusCode;

    public bool IsSuccessStatusCode => head.IsSuccessStatusCode;

    public IHttpResponseBody ResponseBody => this;

    /// <summary>Reads an answer to its end.</summary>
    /// <param name="answer">The answer, which is disposed when this returns.</param>
    /// <param name="request">The request.</param>
    /// <param name="root">The name of the document's root.</param>
    /// <param name="isWrite">Whether the request is a write.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="StorageException">
    /// The answer holds another document, or none. An error document passes, because the SDK reads it.
    /// </exception>
    public static async Task<RootedAnswer> ReadAsync(
        IWebResponseData answer, AmazonWebServiceRequest request, string root, bool isWrite, CancellationToken cancellationToken)
    {
        var document = new MemoryStream();
        using (answer.ResponseBody)
        {
            Stream body = await answer.ResponseBody.OpenResponseAsync().ConfigureAwait(false);
            await body.CopyToAsync(document, cancellationToken).ConfigureAwait(false);
        }

        // Some servers send white space while they work, and XML allows none before its declaration.
        int start = document.GetBuffer().AsSpan(0, (int)document.Length).IndexOfAnyExcept(" \t\r\n"u8);
        document.Position = Math.Max(start, 0);
        string? found = RootOf(document);
        document.Position = Math.Max(start, 0);
        return Proof.IsAnswer(request, root, found) ? new RootedAnswer(answer, document) : throw Proof.Missing($"no {root}", isWrite);
    }

    public string[] GetHeaderNames() => head.GetHeaderNames();

    public bool IsHeaderPresent(string headerName) => head.IsHeaderPresent(headerName);

    public string GetHeaderValue(string headerName) => head.GetHeaderValue(headerName);

    public IEventStreamHeader GetEventStreamHeader(string headerName) => head.GetEventStreamHeader(headerName);

    public bool IsEventHeaderPresent(string headerName) => head.IsEventHeaderPresent(headerName);

    public Stream OpenResponse() => document;

    public Task<Stream> OpenResponseAsync() => Task.FromResult<Stream>(document);

    public void Dispose() => document.Dispose();

    private static string? RootOf(MemoryStream document)
    {
        try
        {
            using var reader = XmlReader.Create(document, Settings);
            return reader.MoveToContent() == XmlNodeType.Element ? reader.LocalName : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
