using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using BleepStore.Storage.Gcp.TestServer.Http;
using BleepStore.Storage.Gcp.TestServer.State;

namespace BleepStore.Storage.Gcp.TestServer.Operations;

/// <summary>"Resumable uploads" and "Perform resumable uploads".</summary>
internal sealed class ResumableOperations(Project project)
{
    /// <summary>Chunks but the last are multiples of it.</summary>
    private const int Granularity = 256 * 1024;

    public async Task BeginAsync(GcsRequest request, string bucket)
    {
        JsonObject resource = await request.ReadJsonAsync();
        NewObject target = UploadOperations.Target(request, bucket, resource, request.Header("X-Upload-Content-Type"));
        lock (project.Lock)
        {
            project.RequireBucket(bucket);
        }

        string id = Guid.NewGuid().ToString("N");
        project.Uploads[id] = new UploadSession(target)
        {
            AnnouncedLength = long.TryParse(
                request.Header("X-Upload-Content-Length"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out long length) ? length : null,
        };
        string root = $"{request.Http.Request.Scheme}://{request.Http.Request.Host}";
        request.Http.Response.Headers.Location =
            $"{root}/upload/storage/v1/b/{bucket}/o?uploadType=resumable&name={Uri.EscapeDataString(target.Name)}&upload_id={id}";
        await Answer.EmptyAsync(request.Http, 200);
    }

    public async Task PutAsync(GcsRequest request, string id)
    {
        UploadSession session = Require(id);
        Content content = await request.ReadContentAsync();
        await session.Lock.WaitAsync(request.Aborted);
        try
        {
            await PutAsync(request, session, content);
        }
        finally
        {
            session.Lock.Release();
        }
    }

    /// <summary>"Cancel an upload": 499, and the session cannot be used again.</summary>
    public async Task CancelAsync(GcsRequest request, string id)
    {
        UploadSession session = Require(id);
        await session.Lock.WaitAsync(request.Aborted);
        session.IsCancelled = true;
        session.Lock.Release();
        await Answer.EmptyAsync(request.Http, 499);
    }

    private async Task PutAsync(GcsRequest request, UploadSession session, Content content)
    {
        if (session.IsCancelled)
        {
            // The page says that the session no longer exists, but not how a request to it is answered. It lists 410 for sessions that must
            // be started again.
            throw new GcsError(410, "gone", "The upload was cancelled.");
        }

        if (session.Finished is { } finished)
        {
            await Answer.JsonAsync(request.Http, ResourceWriter.Object(finished));
            return;
        }

        Chunk chunk = Chunk.Read(request.Header("Content-Range"), content.Length);
        if (session.AnnouncedLength is { } announced && chunk.Total is { } total && total != announced)
        {
            throw GcsError.Invalid("The total differs from X-Upload-Content-Length.");
        }

        if (Whole(session, chunk, content) is { } whole)
        {
            session.Finished = session.Target.Store(project, whole);
            await Answer.JsonAsync(request.Http, ResourceWriter.Object(session.Finished));
            return;
        }

        if (session.Received.Length > 0)
        {
            request.Http.Response.Headers.Range = string.Create(CultureInfo.InvariantCulture, $"bytes=0-{session.Received.Length - 1}");
        }

        await Answer.EmptyAsync(request.Http, 308);
    }

    /// <returns>The whole object, once it is there.</returns>
    private static Content? Whole(UploadSession session, Chunk chunk, Content content)
    {
        // Most uploads are one request, whose bytes were already hashed.
        bool isAll = session.Received.Length == 0 && chunk.Offset == 0 && chunk.Total == content.Length;
        return isAll ? content
            : Receive(session, chunk, content.ToArray()) ? Content.FromBytes(session.Received.ToArray())
            : null;
    }

    /// <returns>Whether the object is whole.</returns>
    private static bool Receive(UploadSession session, Chunk chunk, byte[] bytes)
    {
        long received = session.Received.Length;
        if (chunk.Offset is not { } offset)
        {
            // A status query; with a total that has been reached it ends the upload, as for an empty object.
            return chunk.Total == received;
        }

        if (offset > received)
        {
            // The page only says to send from where the status is; a gap cannot be stored.
            throw GcsError.Invalid(
                string.Create(CultureInfo.InvariantCulture, $"The chunk begins at {offset}; {received} bytes were received."));
        }

        long end = offset + bytes.Length;
        bool isLast = chunk.Total == end;
        if (chunk.Total is { } total && end > total)
        {
            throw GcsError.Invalid("The chunk goes on past the total.");
        }

        if (!isLast && bytes.Length < Granularity)
        {
            throw GcsError.Invalid(string.Create(
                CultureInfo.InvariantCulture,
                $"Invalid request. The number of bytes uploaded is required to be equal or greater than {Granularity}, except for the " +
                $"final request. The received request contained {bytes.Length} bytes."));
        }

        // Bytes that were already received are ignored ("resent data"). Bytes after the last whole 256 KiB of an unfinished chunk are not
        // kept.
        long keep = isLast ? end : end / Granularity * Granularity;
        if (keep > received)
        {
            session.Received.Position = received;
            session.Received.Write(bytes.AsSpan((int)(received - offset), (int)(keep - received)));
        }

        return isLast;
    }

    private UploadSession Require(string id) =>
        project.Uploads.TryGetValue(id, out UploadSession? session)
            ? session
            : throw new GcsError(404, "notFound", "There is no such upload session.");

    /// <summary>
    /// <c>bytes 0-524287/2000000</c>, <c>bytes 0-524287/*</c>, <c>bytes */2000000</c> or <c>bytes */*</c>; without a header the body is the
    /// whole object.
    /// </summary>
    private sealed record Chunk(long? Offset, long? Total)
    {
        public static Chunk Read(string? header, long length)
        {
            if (header is null)
            {
                return new Chunk(0, length);
            }

            if (header is "bytes */*")
            {
                return length == 0 ? new Chunk(null, null) : throw GcsError.Invalid("A status query has no body.");
            }

            if (!ContentRangeHeaderValue.TryParse(header, out ContentRangeHeaderValue? range)
                || range.Unit != "bytes"
                || (range.HasRange && range.To - range.From + 1 != length)
                || (!range.HasRange && length > 0))
            {
                throw GcsError.Invalid("Failed to parse Content-Range header.");
            }

            return new Chunk(range.From, range.Length);
        }
    }
}
