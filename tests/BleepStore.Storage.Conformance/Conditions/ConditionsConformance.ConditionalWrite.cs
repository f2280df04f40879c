using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class ConditionsConformance<THarness>
{
    /// <summary>A write to <c>object</c> that can be tried under several conditions.</summary>
    private sealed class ConditionalWrite(ConditionsConformance<THarness> test, WriteKind kind)
    {
        private MultipartUpload? _upload;
        private PartInfo? _part;
        private ObjectProperties? _source;

        public byte[] Content => kind == WriteKind.LargePut ? LargeNew : New;

        private Bucket Bucket => test.Bucket;

        public static async Task<ConditionalWrite> CreateAsync(ConditionsConformance<THarness> test, WriteKind kind)
        {
            var write = new ConditionalWrite(test, kind);
            if (kind == WriteKind.Copy)
            {
                write._source = await test.PutAsync("source", New);
            }
            else if (kind == WriteKind.Complete)
            {
                write._upload = await test.Bucket.CreateMultipartUploadAsync("object");
                write._part = await write._upload.UploadPartAsync(1, New);
            }

            return write;
        }

        public async Task<ObjectProperties> RunAsync(CompleteOptions conditions)
        {
            var put = new PutOptions { IfMatch = conditions.IfMatch, IfAbsent = conditions.IfAbsent, IfRevision = conditions.IfRevision };
            var copy = new CopyOptions { IfMatch = conditions.IfMatch, IfAbsent = conditions.IfAbsent, IfRevision = conditions.IfRevision };
            return kind switch
            {
                WriteKind.Put => await Bucket.PutAsync("object", New, put),
                WriteKind.StreamPut => await Bucket.PutAsync("object", new ScriptedStream(New), put),
                WriteKind.LargePut => await Bucket.PutAsync("object", LargeNew, put),
                WriteKind.Copy => await Bucket.CopyAsync(new ObjectAddress(Bucket.Name, "source"), "object", copy),
                WriteKind.Complete => await _upload!.CompleteAsync([_part!], conditions),
                _ => await WriteAsync(put),
            };
        }

        /// <summary>Asserts that the write loses, and that it leaves nothing behind and takes nothing away beside the object.</summary>
        public async Task LosesAsync(CompleteOptions conditions)
        {
            await StorageAssert.FailsAsync(Failed, () => RunAsync(conditions));
            if (_source is not null)
            {
                await AssertUntouchedAsync(Bucket, _source, New);
            }

            List<MultipartUploadInfo> uploads = await Bucket.ListMultipartUploadsAsync().ToListAsync();
            Assert.That(uploads.Select(static upload => upload.Key), Is.EqualTo(_upload is null ? Array.Empty<string>() : ["object"]));
            if (_upload is not null)
            {
                Assert.That(await _upload.ListPartsAsync().Select(part => part.ETag).ToListAsync(), Is.EqualTo(new[] { _part!.ETag }));
            }
        }

        private async Task<ObjectProperties> WriteAsync(PutOptions options)
        {
            await using ObjectWriter writer = await Bucket.OpenWriteAsync("object", options);
            await writer.Stream.WriteAsync(New);
            return await writer.CommitAsync();
        }
    }
}
