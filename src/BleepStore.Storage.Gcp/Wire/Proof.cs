using Google.Apis.Storage.v1.Data;
using GcsBucket = Google.Apis.Storage.v1.Data.Bucket;
using GcsBuckets = Google.Apis.Storage.v1.Data.Buckets;
using GcsObject = Google.Apis.Storage.v1.Data.Object;
using GcsObjects = Google.Apis.Storage.v1.Data.Objects;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>
/// Success needs proof. A proxy, a portal or another service between client and service can answer 200 to anything, and an empty document
/// reads like an empty bucket.
/// </summary>
/// <remarks>Source: "Objects" and "Buckets", Resource representations, Cloud Storage JSON API.</remarks>
internal static class Proof
{
    private const string ObjectKind = "storage#object";

    /// <summary>Returns the fault of a document as the answer to a request.</summary>
    /// <param name="document">The answer.</param>
    /// <param name="name">The object or bucket of the request, if it has one.</param>
    /// <returns><see langword="null"/> when the document has no fault.</returns>
    public static string? Fault(object? document, string? name) => document switch
    {
        GcsObject found => FaultOf(found, name),
        GcsObjects page => page.Kind != "storage#objects" ? "a list of objects"
            : page.Items?.Any(
                static item => FaultOf(item, item.Name) is not null) == true ? "names, generations and ETags of all objects listed"
            : null,
        GcsBucket bucket => bucket.Kind != "storage#bucket" || string.IsNullOrEmpty(
            bucket.Name) || (name is not null && bucket.Name != name) ? "the bucket" : null,
        GcsBuckets page => page.Kind != "storage#buckets" || page.Items?.Any(
            static item => string.IsNullOrEmpty(item.Name)) == true ? "a list of buckets" : null,
        RewriteResponse { Kind: "storage#rewriteResponse", Done: true, Resource: { } made } => FaultOf(made, name),
        RewriteResponse { Kind: "storage#rewriteResponse", Done: false, RewriteToken: { Length: > 0 } } => null,
        RewriteResponse => "the progress of the rewrite",
        string text => text.AsSpan().Trim() is "" or "{}" ? null : "an empty body",
        _ => "a document",
    };

    /// <summary>The object or bucket that a request is about.</summary>
    public static string? NameIn(object request) => request switch
    {
        Google.Apis.Storage.v1.ObjectsResource.GetRequest get => get.Object,
        Google.Apis.Storage.v1.ObjectsResource.PatchRequest patch => patch.Object,
        Google.Apis.Storage.v1.ObjectsResource.ComposeRequest compose => compose.DestinationObject,
        Google.Apis.Storage.v1.ObjectsResource.RewriteRequest rewrite => rewrite.DestinationObject,
        Google.Apis.Storage.v1.BucketsResource.GetRequest get => get.Bucket,
        _ => null,
    };

    private static string? FaultOf(GcsObject found, string? name) =>
        found.Kind != ObjectKind || string.IsNullOrEmpty(found.Name) || (name is not null && found.Name != name) ? "the object"
        : found.Generation is not > 0 ? "the object's generation"
        : string.IsNullOrEmpty(found.ETag) ? "the object's ETag"
        : null;
}
