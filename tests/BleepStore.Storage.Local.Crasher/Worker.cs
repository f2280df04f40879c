using System.Globalization;
using System.Text;

namespace BleepStore.Storage.Local.Crasher;

/// <summary>
/// The child: changes objects until it is killed. It says what it is about to do before it does it, and what was acknowledged after, each
/// as one line in one write to a pipe: the system keeps it whatever becomes of the process.
/// </summary>
internal sealed class Worker(Bucket bucket, int seed, int writer)
{
    private static readonly Stream Output = Console.OpenStandardOutput();
    private static readonly Lock Writing = new();

    private readonly Random _random = new((seed * Plan.Writers) + writer);
    private int _steps;

    public static async Task RunAsync(string root, int seed, bool isDurable, bool keepsRecordsInFiles, bool isManaged)
    {
        await using ObjectStore store = Plan.Open(root, isDurable, keepsRecordsInFiles, isManaged);
        Bucket bucket = store.GetBucket(Plan.Bucket);
        await Task.WhenAll(Enumerable.Range(0, Plan.Writers).Select(writer => Task.Run(new Worker(bucket, seed, writer).RunAsync)));
    }

    private async Task RunAsync()
    {
        while (true)
        {
            int key = (_random.Next(Plan.Keys.Length / Plan.Writers) * Plan.Writers) + writer;
            try
            {
                await StepAsync(key, _random.Next(100));
            }
            catch (Exception failure) when (failure is StorageException or OperationCanceledException)
            {
                Say("failed", failure.ToString().ReplaceLineEndings(" | "));
                return;
            }
        }
    }

    private Task StepAsync(int key, int choice) => choice switch
    {
        < 35 => PutAsync(key, isConditional: false),
        < 50 => PutAsync(key, isConditional: true),
        < 70 => DeleteAsync(key, isConditional: choice < 60),
        < 82 => CopyAsync(key, (_random.Next(Plan.Keys.Length / Plan.Writers) * Plan.Writers) + writer),
        _ => UploadAsync(key),
    };

    private async Task PutAsync(int key, bool isConditional)
    {
        int content = NextSeed();
        int size = NextSize();
        PutOptions options = Content.PutOptions(content);
        if (isConditional)
        {
            string? etag = await ETagAsync(key);
            options = etag is null ? options with { IfAbsent = true } : options with { IfMatch = etag };
        }

        Begin("put", key, content, size);
        await bucket.PutAsync(Plan.Keys[key], Content.Bytes(content, size), options);
        End("put", key);
    }

    private async Task DeleteAsync(int key, bool isConditional)
    {
        string? etag = isConditional ? await ETagAsync(key) : null;
        Begin("delete", key);
        await bucket.DeleteAsync(Plan.Keys[key], new DeleteOptions { IfMatch = etag });
        End("delete", key);
    }

    private async Task CopyAsync(int key, int source)
    {
        Begin("copy", key, source);
        try
        {
            await bucket.CopyAsync(new ObjectAddress(Plan.Bucket, Plan.Keys[source]), Plan.Keys[key]);
            End("copy", key);
        }
        catch (StorageException missing) when (missing.Code == StorageErrorCode.NoSuchKey)
        {
            End("missing", key);
        }
    }

    private async Task UploadAsync(int key)
    {
        int content = NextSeed();
        int[] sizes = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => 1 + NextSize())];
        Begin("create", key, content, string.Join(',', sizes));
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync(Plan.Keys[key], Content.MultipartOptions(content));
        End("create", key, upload.UploadId);
        var parts = new List<PartInfo>();
        for (int i = 0; i < sizes.Length; i++)
        {
            Begin("part", key, upload.UploadId, i);
            parts.Add(await upload.UploadPartAsync(i + 1, Content.Bytes(content + i, sizes[i])));
            End("part", key, upload.UploadId, i);
        }

        if (_random.Next(5) == 0)
        {
            Begin("abort", key, upload.UploadId);
            await upload.AbortAsync();
            End("abort", key, upload.UploadId);
            return;
        }

        Begin("complete", key, upload.UploadId);
        await upload.CompleteAsync(parts);
        End("complete", key, upload.UploadId);
    }

    private async Task<string?> ETagAsync(int key)
    {
        try
        {
            return (await bucket.HeadAsync(Plan.Keys[key])).ETag;
        }
        catch (StorageException missing) when (missing.Code == StorageErrorCode.NoSuchKey)
        {
            return null;
        }
    }

    /// <summary>Ten apart, because the parts of an upload take the next ones.</summary>
    private int NextSeed() => (((seed * Plan.Writers) + writer) * 10_000) + (10 * _steps++);

    private int NextSize() => _random.Next(20) switch
    {
        0 => 0,
        < 12 => _random.Next(4_000),
        < 19 => _random.Next(200_000),
        _ => _random.Next(2_000_000),
    };

    private static void Begin(string operation, int key, params object[] more) => Say("begin", operation, key, string.Join('\t', more));

    private static void End(string operation, int key, params object[] more) => Say("end", operation, key, string.Join('\t', more));

    private static void Say(params object[] words)
    {
        byte[] line = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{string.Join('\t', words)}\n"));
        lock (Writing)
        {
            Output.Write(line);
            Output.Flush();
        }
    }
}
