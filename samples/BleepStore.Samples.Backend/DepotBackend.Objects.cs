using System.Net.Http.Headers;
using BleepStore.Storage;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Samples.Backend;

internal sealed partial class DepotBackend
{
    public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        // The backend does not stream puts, so the body has a length and an MD5, and its ETag is known before it is sent.
        StorageBody body = request.Body;
        long length = body.Length!.Value;
        using RequestTimer timer = RequestTimer.Start(Limits, _time, cancellationToken);
        using HttpRequestMessage put = Request(HttpMethod.Put, request.Bucket, request.Key);
        put.Content = new StreamContent(timer.Watch(body.OpenRewindable()));
        put.Content.Headers.ContentLength = length;
        put.Content.Headers.ContentMD5 = body.Md5!.Value.ToArray();
        DepotProperties.Write(put.Headers, request.Attributes, body.ETag, length, request.WriteToken);
        AddCondition(put, request.Condition);
        using HttpResponseMessage answer = await SendAsync(put, timer).ConfigureAwait(false);
        return DepotProperties.Read(request.Key, answer, isWrite: true).Properties;
    }

    public override async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        using RequestTimer timer = RequestTimer.Start(Limits, _time, cancellationToken);
        using HttpRequestMessage get = Request(HttpMethod.Get, request.Bucket, request.Key);
        get.Headers.Range = request.Range is { } wanted ? RangeHeaderValue.Parse(wanted.ToString()) : null;
        AddCondition(get, new WriteCondition { IfRevision = request.IfRevision });
        HttpResponseMessage answer = await SendAsync(get, timer).ConfigureAwait(false);
        try
        {
            ObjectProperties properties = DepotProperties.Read(request.Key, answer, isWrite: false).Properties;
            ContentRange range = answer.Content.Headers.ContentRange is { From: { } from, To: { } to, Length: { } size }
                ? new ContentRange(from, to - from + 1, size)
                : new ContentRange(0, properties.Size, properties.Size);
            Stream body = await answer.Content.ReadAsStreamAsync(timer.Token).ConfigureAwait(false);
            return new GetResult { Properties = properties, Range = range, Content = body };
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    public override async Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken)
    {
        using RequestTimer timer = RequestTimer.Start(Limits, _time, cancellationToken);
        using HttpRequestMessage head = Request(HttpMethod.Head, request.Bucket, request.Key);
        using HttpResponseMessage answer = await SendAsync(head, timer).ConfigureAwait(false);
        return DepotProperties.Read(request.Key, answer, isWrite: false);
    }

    public override async Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken)
    {
        using HttpRequestMessage delete = WriteRequest(HttpMethod.Delete, request.Bucket, request.Key);
        AddCondition(delete, request.Condition);
        try
        {
            await SendWriteAsync(delete, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // No object there is success, unless the condition names one.
            request.Condition.ThrowIfNotMet(current: null);
        }
    }

    public override async Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        ObjectProperties source = request.SourceProperties;
        using RequestTimer timer = RequestTimer.StartServerWork(Limits, _time, cancellationToken);
        using HttpRequestMessage copy = WriteRequest(HttpMethod.Put, request.Bucket, request.Key);
        copy.Headers.Add("Depot-Copy-Source", Request(HttpMethod.Get, request.Source.Bucket, request.Source.Key).RequestUri!.ToString());
        copy.Headers.Add("Depot-Copy-Source-If-Match", source.Revision);

        // Attributes are sent again, because the write token of the source must not come along.
        DepotProperties.Write(copy.Headers, request.Attributes ?? source, source.ETag, source.Size, request.WriteToken);
        AddCondition(copy, request.Condition);
        using HttpResponseMessage answer = await SendAsync(copy, timer).ConfigureAwait(false);
        return DepotProperties.Read(request.Key, answer, isWrite: true).Properties;
    }
}
