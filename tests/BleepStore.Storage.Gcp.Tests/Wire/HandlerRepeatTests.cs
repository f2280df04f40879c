using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer.Faults;
using BleepStore.Storage.Tests.Shared.Network;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>Tests the traffic when the socket breaks. No handler repeats a write beneath the library.</summary>
internal sealed class HandlerRepeatTests
{
    [Test]
    public async Task A_delete_whose_connection_breaks_is_sent_again_by_the_library_alone([Values] CutKind kind, [Values] bool givesClient)
    {
        await using ProxiedStore proxied = await ProxiedStore.StartAsync(givesClient);
        ObjectProperties stored = await proxied.Direct.PutAsync("object", new byte[1]);
        await proxied.Direct.PutAsync("other", new byte[1]);
        await proxied.Bucket.HeadAsync("object");
        proxied.Proxy.Cut(static (method, _) => method == "DELETE", times: 100, CutMoment.AfterRequest, kind);

        // Nothing is carried out either, so that only the number of requests tells.
        proxied.Server.Faults.Add(static request => request.Operation == "objects.delete", Fault.Refusing(403), times: 100);
        StorageException error = (await Assert.ThrowsAsync<StorageException>(
            () => proxied.Bucket.DeleteAsync("object", new DeleteOptions { IfRevision = stored.Revision })))!;

        int sent = proxied.Count(static (method, _) => method == "DELETE");
        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.ServiceUnavailable, true)));
        Assert.That(sent, Is.LessThanOrEqualTo(givesClient ? 4 : 28), "tries of the library, never doubled by a handler");
        Assert.That(sent % (givesClient ? 1 : 7), Is.Zero);
        Assert.That(await proxied.Direct.ExistsAsync("object"), Is.True);
    }

    [Test]
    public async Task Every_write_has_a_body_or_says_that_it_has_none()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = await served.Store.CreateBucketAsync("bucket");
        await bucket.PutAsync("empty", Array.Empty<byte>());
        await bucket.CopyAsync(new ObjectAddress("bucket", "empty"), "copy");
        await bucket.DeleteAsync("copy");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        await upload.CompleteAsync([await upload.UploadPartAsync(1, new byte[1])]);
        await (await bucket.CreateMultipartUploadAsync("object")).AbortAsync();

        var writes = served.Server.Requests.Records
            .Where(static record => record.Operation is not ("objects.get" or "objects.get media" or "objects.list"))
            .ToList();
        var bodyless = writes.Where(static record => !record.Headers.ContainsKey("Content-Length"));

        Assert.That(
            writes.Select(static record => record.Operation),
            Is.SupersetOf(new[] { "objects.delete", "objects.rewrite", "objects.compose", "objects.patch" }));
        Assert.That(bodyless.Select(static record => record.Operation), Is.Empty);
    }
}
