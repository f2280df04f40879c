using System.Collections.Concurrent;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>
/// The abilities of a server, out of those of Amazon's S3. It is found out by requests of the bare SDK, once per server, so the server's
/// answers decide what the library is held to, and not the server's name.
/// </summary>
internal sealed record ServerAbilities
{
    private const string OtherETag = "\"00000000000000000000000000000000\"";
    private const int PartSize = 5 * 1024 * 1024;

    private static readonly ConcurrentDictionary<Uri, Lazy<Task<ServerAbilities>>> Known = new();

    /// <summary>A server that can do nothing of it.</summary>
    public static ServerAbilities None { get; } = new();

    /// <summary>A copy under <c>If-None-Match: *</c> leaves what is there.</summary>
    public bool CopiesIfAbsent { get; init; }

    /// <summary>A copy under <c>If-Match</c> leaves another object.</summary>
    public bool CopiesIfMatch { get; init; }

    /// <summary>A completion under <c>If-None-Match: *</c> leaves what is there.</summary>
    public bool CompletesIfAbsent { get; init; }

    /// <summary>A completion under <c>If-Match</c> leaves another object.</summary>
    public bool CompletesIfMatch { get; init; }

    /// <summary>A delete under <c>If-Match</c> leaves another object.</summary>
    public bool DeletesIfMatch { get; init; }

    /// <summary>A copy is refused whose source has another ETag than the one named.</summary>
    public bool PinsCopies { get; init; }

    /// <summary>The same of copies into parts.</summary>
    public bool PinsPartCopies { get; init; }

    /// <summary>An upload can be completed with some of its parts.</summary>
    public bool CompletesSubsets { get; init; }

    /// <summary>A part of an upload that has ended is refused as <c>NoSuchUpload</c>.</summary>
    public bool KnowsEndedUploads { get; init; }

    /// <summary>The list of uploads says when each was begun.</summary>
    public bool DatesUploads { get; init; }

    /// <summary>An upload is found only under its own key.</summary>
    public bool KeepsUploadsToKeys { get; init; }

    /// <summary>A page of parts begins after the part that is named.</summary>
    public bool PagesPartsByNumber { get; init; }

    /// <summary>A bucket that the account has already is refused.</summary>
    public bool RefusesBucketsThatExist { get; init; }

    /// <summary>Of many conditional writes at a time one wins. A race can stay unseen, so this is as good as the trial.</summary>
    public bool DecidesRaces { get; init; }

    public static Task<ServerAbilities> OfAsync(S3Account account) =>
        Known.GetOrAdd(account.Url, static (_, account) => new Lazy<Task<ServerAbilities>>(() => ProbeAsync(account)), account).Value;

    private static async Task<ServerAbilities> ProbeAsync(S3Account account)
    {
        string bucket = await account.CreateBucketAsync();
        using AmazonS3Client client = account.Client(maxErrorRetry: 0);
        try
        {
            return await new Probe(client, bucket).RunAsync();
        }
        finally
        {
            await RemoveAsync(client, bucket);
        }
    }

    private static async Task RemoveAsync(AmazonS3Client client, string bucket)
    {
        foreach (Amazon.S3.Model.MultipartUpload upload in (await client.ListMultipartUploadsAsync(bucket)).MultipartUploads ?? [])
        {
            await client.AbortMultipartUploadAsync(bucket, upload.Key, upload.UploadId);
        }

        foreach (S3Object found in (await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket })).S3Objects ?? [])
        {
            await client.DeleteObjectAsync(bucket, found.Key);
        }

        await client.DeleteBucketAsync(bucket);
    }

    /// <summary>One trial of a server. Each trial makes what it needs under names of its own.</summary>
    private sealed class Probe(AmazonS3Client client, string bucket)
    {
        private int _names;

        public async Task<ServerAbilities> RunAsync() => new()
        {
            CopiesIfAbsent = await IsHonouredAsync(CopyAsync, isAbsence: true),
            CopiesIfMatch = await IsHonouredAsync(CopyAsync, isAbsence: false),
            CompletesIfAbsent = await IsHonouredAsync(CompleteAsync, isAbsence: true),
            CompletesIfMatch = await IsHonouredAsync(CompleteAsync, isAbsence: false),
            DeletesIfMatch = await IsHonouredAsync(DeleteAsync, isAbsence: false),
            PinsCopies = await PinsCopiesAsync(),
            PinsPartCopies = await PinsPartCopiesAsync(),
            CompletesSubsets = await CompletesSubsetsAsync(),
            KnowsEndedUploads = await KnowsEndedUploadsAsync(),
            DatesUploads = await DatesUploadsAsync(),
            KeepsUploadsToKeys = await KeepsUploadsToKeysAsync(),
            PagesPartsByNumber = await PagesPartsByNumberAsync(),
            RefusesBucketsThatExist = await StatusAsync(() => client.PutBucketAsync(bucket)) == HttpStatusCode.Conflict,
            DecidesRaces = await DecidesRacesAsync(),
        };

        /// <summary>The status of the answer; 200 for every success.</summary>
        private static async Task<HttpStatusCode> StatusAsync(Func<Task> request)
        {
            try
            {
                await request();
                return HttpStatusCode.OK;
            }
            catch (AmazonS3Exception refused)
            {
                return refused.StatusCode;
            }
        }

        /// <summary>Whether a write is made when its condition holds, and not made when it does not.</summary>
        /// <param name="write">Writes to a key, under an ETag, or where nothing is.</param>
        /// <param name="isAbsence">The condition to try.</param>
        private async Task<bool> IsHonouredAsync(Func<string, string?, Task> write, bool isAbsence)
        {
            string key = Name();
            string etag = await PutAsync(key);
            if (await StatusAsync(() => write(key, isAbsence ? null : OtherETag)) != HttpStatusCode.PreconditionFailed)
            {
                return false;
            }

            // Some servers know their own ETags without quotes only.
            string target = isAbsence ? Name() : key;
            return await StatusAsync(() => write(target, isAbsence ? null : etag)) == HttpStatusCode.OK
                || (!isAbsence && await StatusAsync(() => write(target, etag.Trim('"'))) == HttpStatusCode.OK);
        }

        private async Task CopyAsync(string key, string? ifMatch)
        {
            string source = Name();
            await PutAsync(source);
            await client.CopyObjectAsync(new CopyObjectRequest
            {
                SourceBucket = bucket,
                SourceKey = source,
                DestinationBucket = bucket,
                DestinationKey = key,
                IfMatch = ifMatch,
                IfNoneMatch = ifMatch is null ? "*" : null,
            });
        }

        private async Task CompleteAsync(string key, string? ifMatch)
        {
            string upload = await BeginAsync(key);
            await CompleteAsync(key, upload, await PartAsync(key, upload, 1), ifMatch);
        }

        private Task<CompleteMultipartUploadResponse> CompleteAsync(string key, string upload, PartETag part, string? ifMatch) =>
            client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
            {
                BucketName = bucket,
                Key = key,
                UploadId = upload,
                PartETags = [part],
                IfMatch = ifMatch,
                IfNoneMatch = ifMatch is null ? "*" : null,
            });

        private Task DeleteAsync(string key, string? ifMatch) =>
            client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = bucket, Key = key, IfMatch = ifMatch });

        private async Task<bool> PinsCopiesAsync()
        {
            string source = Name();
            await PutAsync(source);
            return await StatusAsync(() => client.CopyObjectAsync(new CopyObjectRequest
            {
                SourceBucket = bucket,
                SourceKey = source,
                DestinationBucket = bucket,
                DestinationKey = Name(),
                ETagToMatch = OtherETag,
            })) == HttpStatusCode.PreconditionFailed;
        }

        private async Task<bool> PinsPartCopiesAsync()
        {
            string source = Name();
            await PutAsync(source);
            string key = Name();
            string upload = await BeginAsync(key);
            return await StatusAsync(() => client.CopyPartAsync(new CopyPartRequest
            {
                SourceBucket = bucket,
                SourceKey = source,
                DestinationBucket = bucket,
                DestinationKey = key,
                UploadId = upload,
                PartNumber = 1,
                ETagToMatch = [OtherETag],
            })) == HttpStatusCode.PreconditionFailed;
        }

        private async Task<bool> CompletesSubsetsAsync()
        {
            string key = Name();
            string upload = await BeginAsync(key);
            PartETag first = await PartAsync(key, upload, 1, PartSize);
            await PartAsync(key, upload, 2);
            var complete = new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload, PartETags = [first] };
            return await StatusAsync(() => client.CompleteMultipartUploadAsync(complete)) == HttpStatusCode.OK;
        }

        private async Task<bool> DatesUploadsAsync()
        {
            string key = Name();
            string upload = await BeginAsync(key);
            ListMultipartUploadsResponse found = await client.ListMultipartUploadsAsync(bucket);
            DateTime? begun = found.MultipartUploads.Single(one => one.UploadId == upload).Initiated;
            return begun?.ToUniversalTime() > DateTime.UtcNow.AddDays(-1);
        }

        private async Task<bool> KnowsEndedUploadsAsync()
        {
            string key = Name();
            string upload = await BeginAsync(key);
            await client.AbortMultipartUploadAsync(bucket, key, upload);
            return await StatusAsync(() => PartAsync(key, upload, 1)) == HttpStatusCode.NotFound;
        }

        private async Task<bool> KeepsUploadsToKeysAsync()
        {
            string upload = await BeginAsync(Name());
            return await StatusAsync(() => PartAsync(Name(), upload, 1)) == HttpStatusCode.NotFound;
        }

        private async Task<bool> PagesPartsByNumberAsync()
        {
            string key = Name();
            string upload = await BeginAsync(key);
            foreach (int number in new[] { 2, 4, 6 })
            {
                await PartAsync(key, upload, number);
            }

            var list = new ListPartsRequest { BucketName = bucket, Key = key, UploadId = upload, PartNumberMarker = "2" };
            ListPartsResponse page = await client.ListPartsAsync(list);
            return (page.Parts ?? []).Select(static part => part.PartNumber ?? 0).SequenceEqual([4, 6]);
        }

        /// <summary>
        /// A server that looks before it writes lets several win. It shows with large bodies at the latest, whose writes take long.
        /// </summary>
        private async Task<bool> DecidesRacesAsync()
        {
            for (int round = 0; round < 20; round++)
            {
                string key = Name();
                if (await WinnersAsync(Enumerable.Range(0, 16).Select(_ => (Func<Task>)(() => PutAsync(key, ifNoneMatch: "*")))) > 1)
                {
                    return false;
                }
            }

            for (int round = 0; round < 3; round++)
            {
                string key = Name();
                var completions = new List<Func<Task>>();
                for (int number = 0; number < 8; number++)
                {
                    string upload = await BeginAsync(key);
                    PartETag part = await PartAsync(key, upload, 1, PartSize);
                    completions.Add(() => CompleteAsync(key, upload, part, ifMatch: null));
                }

                // Where completions know no condition all win, which says nothing of races.
                if (await WinnersAsync(completions) is > 1 and < 8)
                {
                    return false;
                }
            }

            return true;
        }

        private static async Task<int> WinnersAsync(IEnumerable<Func<Task>> writes)
        {
            HttpStatusCode[] answers = await Task.WhenAll(writes.Select(static write => Task.Run(() => StatusAsync(write))));
            return answers.Count(static answer => answer == HttpStatusCode.OK);
        }

        private string Name() => $"probe-{Interlocked.Increment(ref _names)}";

        private async Task<string> PutAsync(string key, string? ifNoneMatch = null) => (await client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = bucket,
            Key = key,
            ContentBody = key,
            UseChunkEncoding = false,
            IfNoneMatch = ifNoneMatch,
        })).ETag;

        private async Task<string> BeginAsync(string key) =>
            (await client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = bucket, Key = key })).UploadId;

        private async Task<PartETag> PartAsync(string key, string upload, int number, int size = 1)
        {
            UploadPartResponse made = await client.UploadPartAsync(new UploadPartRequest
            {
                BucketName = bucket,
                Key = key,
                UploadId = upload,
                PartNumber = number,
                InputStream = new MemoryStream(new byte[size]),
                UseChunkEncoding = false,
            });
            return new PartETag(number, made.ETag);
        }
    }
}
