namespace BleepStore.Storage.Gcp.TestServer;

/// <summary>One request as the server saw it.</summary>
/// <param name="Number">The number of the request, from 1.</param>
/// <param name="Protocol">The version of HTTP, e.g. <c>HTTP/1.1</c>.</param>
/// <param name="Operation">The method of the API, e.g. <c>objects.compose</c>, and <c>objects.get media</c> for a body.</param>
/// <param name="Bucket">The bucket, where the path has one.</param>
/// <param name="Name">The object (the destination for a copy), where the path or the query has one.</param>
/// <param name="Query">The parameters.</param>
/// <param name="Headers">The headers.</param>
public sealed record RequestRecord(
    int Number,
    string Protocol,
    string Operation,
    string? Bucket,
    string? Name,
    IReadOnlyDictionary<string, string> Query,
    IReadOnlyDictionary<string, string> Headers)
{
    private long _bytesDown;

    /// <summary>The answer's status; 0 while there is none, or where the connection was cut.</summary>
    public int Status { get; internal set; }

    /// <summary>How many bytes of objects went down.</summary>
    public long BytesDown => Interlocked.Read(ref _bytesDown);

    internal void CountDown(long bytes) => Interlocked.Add(ref _bytesDown, bytes);
}
