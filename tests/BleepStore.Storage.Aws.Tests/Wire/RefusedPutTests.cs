using System.Text;
using Amazon.S3;
using BleepStore.Storage.Aws.Tests.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>
/// A put that Ceph refuses without reading its body must leave nothing on the connection. With <c>Expect</c>, Ceph read such a body as the
/// next request, whose answer then went to another caller.
/// </summary>
public sealed class RefusedPutTests
{
    private const int Callers = 4;
    private const int Rounds = 100;

    [Test]
    public async Task Refused_puts_disturb_no_other_request(
        [Values] bool isGiven, [Values("AccessDenied", "PreconditionFailed")] string refusal, [Values] bool isCrafted)
    {
        Radosgw ceph = await Radosgw.RequireAsync();
        S3Account owner = await ceph.CreateAccountAsync();
        S3Account stranger = await ceph.CreateAccountAsync();
        string upstream = await owner.CreateBucketAsync();
        using AmazonS3Client ownerClient = owner.Client();
        using AmazonS3Client strangerClient = stranger.Client();
        await using ObjectStore owners =
            isGiven ? AwsStore.Create(ownerClient, new AwsBackendOptions { Bucket = upstream }) : AwsStore.Create(owner.Options(upstream));
        await using ObjectStore strangers = isGiven
            ? AwsStore.Create(strangerClient, new AwsBackendOptions { Bucket = upstream })
            : AwsStore.Create(stranger.Options(upstream));
        Bucket bucket = owners.GetBucket("bucket");
        Bucket refusing = refusal == "AccessDenied" ? strangers.GetBucket("bucket") : bucket;
        PutOptions? condition = refusal == "AccessDenied" ? null : new PutOptions { IfAbsent = true };
        await bucket.PutAsync("there", "there"u8.ToArray());
        byte[] body = isCrafted
            ? Encoding.ASCII.GetBytes($"GET /{upstream}/bucket/secret HTTP/1.1\r\nHost: {owner.Url.Authority}\r\n\r\n")
            : new byte[100];
        var wrong = new System.Collections.Concurrent.ConcurrentQueue<string>();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Callers), new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (caller, token) =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                await ExpectRefusalAsync(() => refusing.PutAsync("there", body, condition, token), refusal, wrong);
                byte[] content = Encoding.ASCII.GetBytes($"{caller} {round}");
                string key = $"key-{caller}";
                try
                {
                    ObjectProperties stored = await bucket.PutAsync(key, content, options: null, token);
                    await using ObjectReader reader = await bucket.GetAsync(key, options: null, token);
                    byte[] found = await reader.ReadAllAsync(token);
                    await using ObjectReader other = await bucket.GetAsync("there", options: null, token);
                    byte[] there = await other.ReadAllAsync(token);
                    if (!found.AsSpan().SequenceEqual(content) || stored.Size != content.Length || !there.AsSpan().SequenceEqual("there"u8))
                    {
                        wrong.Enqueue($"{key}: {Encoding.ASCII.GetString(found)} and {Encoding.ASCII.GetString(there)}");
                    }
                }
                catch (StorageException error)
                {
                    wrong.Enqueue(error.Message);
                }
            }
        });

        Assert.That(wrong, Is.Empty);
    }

    private static async Task ExpectRefusalAsync(
        Func<Task> put, string refusal, System.Collections.Concurrent.ConcurrentQueue<string> wrong)
    {
        try
        {
            await put();
            wrong.Enqueue("The put was not refused.");
        }
        catch (StorageException error) when (error.Code.ToString() == refusal)
        {
        }
        catch (StorageException error)
        {
            wrong.Enqueue(error.Message);
        }
    }
}
