namespace BleepStore.Storage.Gcp.TestServer.Http;

/// <summary>The method of the API that a request calls.</summary>
/// <param name="Operation">Its name.</param>
/// <param name="Bucket">The bucket in the path, or the destination's for a copy.</param>
/// <param name="Name">The object in the path or the query, or the destination for a copy.</param>
/// <param name="RunAsync">Carries it out.</param>
internal sealed record Route(string Operation, string? Bucket, string? Name, Func<GcsRequest, Task> RunAsync)
{
    public bool IsMedia => Operation == Router.Media;

    /// <summary>Whether it is of the XML API, to which the signature lets in.</summary>
    public bool IsXml => Operation.StartsWith(Router.Xml, StringComparison.Ordinal);
}
