using System.Text;
using BleepStore.Storage.Gcp.Tests.Support;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>Upstream buckets whose owner does not pay for requests.</summary>
public sealed class UserProjectTests
{
    private const string Container = "requester-pays";

    [Test]
    public async Task Every_request_names_the_project_that_pays()
    {
        await using ServedStore served = await StartAsync();
        Bucket bucket = await served.Open(o => (o.Bucket, o.UserProject) = (Container, "payer-1")).CreateBucketAsync("bucket");
        served.Server.Requests.Clear();

        await bucket.PutAsync("a b/+ü?#", "bytes"u8.ToArray());
        await using (ObjectReader reader = await bucket.GetAsync("a b/+ü?#"))
        {
            Assert.That(await reader.ReadAllAsync(), Is.EqualTo("bytes"u8.ToArray()));
        }

        await bucket.PutAsync("large", new byte[12 * 1024 * 1024]);
        await bucket.CopyAsync(new ObjectAddress("bucket", "large"), "copy");
        await bucket.DeleteAsync("copy");
        Assert.That(await bucket.ListAsync().CountAsync(), Is.EqualTo(2));
        await (await bucket.CreateMultipartUploadAsync("object")).AbortAsync();

        IEnumerable<string?> payers = served.Server.Requests.Records.Select(static record => record.Query.GetValueOrDefault("userProject"));
        Assert.That(payers, Has.All.EqualTo("payer-1"));
    }

    [Test]
    public async Task Without_it_the_error_says_what_to_set()
    {
        await using ServedStore served = await StartAsync();
        Bucket bucket = served.Open(static o => o.Bucket = Container).GetBucket("bucket");

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => bucket.PutAsync("object", new byte[1])))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AccessDenied));
        Assert.That(error.Message, Does.Contain(nameof(GcpBackendOptions.UserProject)));
    }

    [TestCase("")]
    [TestCase("a b")]
    [TestCase("payer&alt=media")]
    public void A_project_that_is_none_is_refused(string project)
    {
        var options = new GcpBackendOptions { Bucket = "container", UserProject = project };

        ArgumentException error = Assert.Throws<ArgumentException>(() => GcpStore.Create(options))!;

        Assert.That(error.Message, Does.Contain(nameof(GcpBackendOptions.UserProject)));
    }

    private static async Task<ServedStore> StartAsync()
    {
        ServedStore served = await ServedStore.StartAsync();
        using var http = new HttpClient();
        using var body = new StringContent(
            $$$"""{"name":"{{{Container}}}","billing":{"requesterPays":true}}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await http.PostAsync(new Uri(served.Server.BaseUri, "storage/v1/b?project=project"), body);
        answer.EnsureSuccessStatusCode();
        return served;
    }
}
