using System.Text.Json.Nodes;
using BleepStore.Storage.Gcp.TestServer.Http;
using BleepStore.Storage.Gcp.TestServer.State;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace BleepStore.Storage.Gcp.TestServer.Operations;

/// <summary>Implements "Objects: insert" in one request, with <c>uploadType=media</c> and <c>uploadType=multipart</c>.</summary>
internal sealed class UploadOperations(Project project)
{
    public async Task MediaAsync(GcsRequest request, string bucket)
    {
        NewObject target = Target(request, bucket, [], request.Http.Request.ContentType);
        Content content = await request.ReadContentAsync();
        await Answer.JsonAsync(request.Http, ResourceWriter.Object(target.Store(project, content)));
    }

    /// <summary>"Multipart uploads": <c>multipart/related</c> of exactly two parts, the resource as JSON and then the media.</summary>
    public async Task MultipartAsync(GcsRequest request, string bucket)
    {
        if (!MediaTypeHeaderValue.TryParse(request.Http.Request.ContentType, out MediaTypeHeaderValue? type)
            || type.MediaType != "multipart/related"
            || type.Boundary.Length == 0)
        {
            throw GcsError.Invalid("A multipart upload must be multipart/related with a boundary.");
        }

        var reader = new MultipartReader(HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), request.Http.Request.Body);
        MultipartSection resource = await reader.ReadNextSectionAsync(request.Aborted)
            ?? throw GcsError.Required("The multipart upload has no parts.");
        if (resource.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
        {
            throw GcsError.Invalid("The first part of a multipart upload must be application/json.");
        }

        JsonObject json = GcsRequest.ParseJson(await ReadAsync(resource, request.Aborted));
        MultipartSection media = await reader.ReadNextSectionAsync(request.Aborted)
            ?? throw GcsError.Required("The multipart upload has no media.");
        NewObject target = Target(request, bucket, json, media.ContentType);
        Content content = await Content.ReadAsync(media.Body, request.Aborted);
        if (await reader.ReadNextSectionAsync(request.Aborted) is not null)
        {
            throw GcsError.Invalid("A multipart upload has two parts.");
        }

        await Answer.JsonAsync(request.Http, ResourceWriter.Object(target.Store(project, content)));
    }

    /// <summary>Combines the parameters and the resource. The name may be in either, and must be the same in both.</summary>
    public static NewObject Target(GcsRequest request, string bucket, JsonObject resource, string? mediaType)
    {
        request.AllowOnly(["uploadType", "name", "contentEncoding", "kmsKeyName", "projection", .. Preconditions.Names()]);
        string? named = ResourceReader.Text(resource, "name");
        if (named is not null && request["name"] is { } query && query != named)
        {
            throw GcsError.Invalid($"Value '{named}' in content does not agree with value '{query}'.");
        }

        if (ResourceReader.Text(resource, "bucket") is { } other && other != bucket)
        {
            throw GcsError.Invalid($"Value '{other}' in content does not agree with value '{bucket}'.");
        }

        string name = request["name"] ?? named ?? "";
        Names.RequireObject(name);
        ObjectSettings settings = ResourceReader.Read(resource);
        return new NewObject
        {
            Bucket = bucket,
            Name = name,
            Settings = settings with
            {
                ContentType = settings.ContentType ?? mediaType,
                ContentEncoding = settings.ContentEncoding ?? request["contentEncoding"],
            },
            Preconditions = Preconditions.From(request),
            KmsKeyName = request["kmsKeyName"],
            Md5Hash = ResourceReader.Text(resource, "md5Hash"),
            Crc32C = ResourceReader.Text(resource, "crc32c"),
        };
    }

    private static async Task<byte[]> ReadAsync(MultipartSection section, CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        await section.Body.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }
}
