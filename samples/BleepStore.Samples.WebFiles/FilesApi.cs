using BleepStore.Storage;
using Microsoft.AspNetCore.Antiforgery;

namespace BleepStore.Samples.WebFiles;

/// <summary>The requests of the page. Bytes never pass through it, because the page sends them to presigned URLs.</summary>
internal sealed class FilesApi(Bucket files, StorageCapabilities capabilities, bool linksAreLocal)
{
    private static readonly TimeSpan LinkTime = TimeSpan.FromHours(1);

    public static void Map(RouteGroupBuilder api, Bucket files, StorageCapabilities capabilities, bool linksAreLocal)
    {
        var handlers = new FilesApi(files, capabilities, linksAreLocal);
        api.MapGet("/token", GetToken);
        api.MapGet("/files", handlers.ListAsync);
        api.MapGet("/uploads", handlers.ListUploadsAsync);
        api.MapGet("/uploads/parts", handlers.ListPartsAsync);

        // Changes need the token, so no other site can make them in the user's name.
        RouteGroupBuilder changes = api.MapGroup("").AddEndpointFilter(RequireTokenAsync);
        changes.MapPost("/uploads", handlers.BeginAsync);
        changes.MapPost("/uploads/parts", handlers.SignPartAsync);
        changes.MapPost("/uploads/complete", handlers.CompleteAsync);
        changes.MapPost("/uploads/abort", handlers.AbortAsync);
        changes.MapPost("/files/empty", handlers.PutEmptyAsync);
        changes.MapPost("/files/delete", handlers.DeleteAsync);
    }

    private static IResult GetToken(HttpContext context, IAntiforgery antiforgery) =>
        Results.Ok(new { Token = antiforgery.GetAndStoreTokens(context).RequestToken });

    private static async ValueTask<object?> RequireTokenAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        IAntiforgery antiforgery = context.HttpContext.RequestServices.GetRequiredService<IAntiforgery>();
        return await antiforgery.IsRequestValidAsync(context.HttpContext)
            ? await next(context)
            : Results.Problem(
                "The antiforgery token is missing or wrong. Load the page again.", statusCode: StatusCodes.Status400BadRequest);
    }

    private async Task<IResult> ListAsync(CancellationToken cancellationToken) => Results.Ok(
        await files.ListAsync(cancellationToken: cancellationToken)
            .Where(static entry => !entry.IsCommonPrefix)
            .Select(static entry => new { entry.Key, entry.Size, Modified = entry.LastModified })
            .ToListAsync(cancellationToken));

    private async Task<IResult> ListUploadsAsync(CancellationToken cancellationToken) => Results.Ok(
        await files.ListMultipartUploadsAsync(cancellationToken: cancellationToken)
            .Select(static upload => new { upload.Key, upload.UploadId })
            .ToListAsync(cancellationToken));

    private async Task<IResult> BeginAsync(NewUpload upload, CancellationToken cancellationToken)
    {
        // The browser names the type. MapObjects never lets a browser run what it names.
        MultipartUpload begun = await files.CreateMultipartUploadAsync(
            upload.Key, new MultipartOptions { ContentType = upload.Type }, cancellationToken);
        return Results.Ok(new { begun.UploadId, NeedsMd5 = capabilities.PresignedPartsNeedMd5 });
    }

    /// <summary>Not every cloud takes an empty part.</summary>
    private async Task<IResult> PutEmptyAsync(NewUpload upload, CancellationToken cancellationToken)
    {
        await files.PutAsync(upload.Key, ReadOnlyMemory<byte>.Empty, new PutOptions { ContentType = upload.Type }, cancellationToken);
        return Results.NoContent();
    }

    /// <summary>Lists the stored parts, so a page that was closed sends only the rest.</summary>
    private async Task<IResult> ListPartsAsync(string key, string uploadId, CancellationToken cancellationToken) => Results.Ok(
        await files.GetMultipartUpload(key, uploadId).ListPartsAsync(cancellationToken: cancellationToken)
            .Select(static part => new { part.PartNumber, part.Size, part.ETag })
            .ToListAsync(cancellationToken));

    private async Task<IResult> SignPartAsync(NewPart part, CancellationToken cancellationToken)
    {
        var options = new UploadPartOptions { ContentMd5 = part.Md5 is { } md5 ? Convert.FromHexString(md5) : (ReadOnlyMemory<byte>?)null };
        PresignedUrl url = await files.GetMultipartUpload(part.Key, part.UploadId)
            .PresignPartAsync(part.Number, LinkTime, options, cancellationToken);
        return Results.Ok(new
        {
            Url = linksAreLocal ? url.Url.PathAndQuery : url.Url.AbsoluteUri,
            url.Method,
            Headers = url.RequiredHeaders,
        });
    }

    /// <summary>
    /// Completes an upload only from the parts of the page's file, because another file may have been begun under its name.
    /// </summary>
    private async Task<IResult> CompleteAsync(WholeUpload upload, CancellationToken cancellationToken)
    {
        MultipartUpload begun = files.GetMultipartUpload(upload.Key, upload.UploadId);
        List<PartInfo> parts = await begun.ListPartsAsync(cancellationToken: cancellationToken).ToListAsync(cancellationToken);
        if (parts.Count != upload.Parts.Count || !parts.Zip(upload.Parts).All(pair => IsSame(pair.First, pair.Second)))
        {
            return Results.Problem(
                "The stored parts are not those of this file. Upload the file again, or discard the upload.",
                statusCode: StatusCodes.Status409Conflict);
        }

        ObjectProperties stored = await begun.CompleteAsync(parts, cancellationToken: cancellationToken);
        return Results.Ok(new { stored.Key, stored.Size, stored.ETag });
    }

    /// <summary>The ETag of a part is its MD5 where its URL needs the MD5. Elsewhere it can be another digest.</summary>
    private bool IsSame(PartInfo stored, FilePart part) =>
        stored.PartNumber == part.Number
        && stored.Size == part.Size
        && (!capabilities.PresignedPartsNeedMd5 || stored.ETag == part.Md5);

    private async Task<IResult> AbortAsync(Upload upload, CancellationToken cancellationToken)
    {
        await files.GetMultipartUpload(upload.Key, upload.UploadId).AbortAsync(cancellationToken);
        return Results.NoContent();
    }

    private async Task<IResult> DeleteAsync(StoredFile file, CancellationToken cancellationToken)
    {
        await files.DeleteAsync(file.Key, cancellationToken: cancellationToken);
        return Results.NoContent();
    }

    private sealed record NewUpload(string Key, string? Type);

    private sealed record NewPart(string Key, string UploadId, int Number, string? Md5);

    private sealed record Upload(string Key, string UploadId);

    private sealed record WholeUpload(string Key, string UploadId, IReadOnlyList<FilePart> Parts);

    private sealed record FilePart(int Number, long Size, string? Md5);

    private sealed record StoredFile(string Key);
}
