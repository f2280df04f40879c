using System.Text;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Emulated;

/// <summary>What the library writes s3cmd reads, and the reverse, byte for byte, on Ceph.</summary>
public sealed class InteroperabilityTests
{
    [Test]
    public async Task What_the_library_writes_s3cmd_reads_and_the_reverse()
    {
        if (!Tools.IsOnPath("s3cmd"))
        {
            await Tools.MissingAsync("There is no s3cmd on the PATH to compare with. Install the package s3cmd.", Tools.IsCI);
        }

        S3Account account = (await Radosgw.RequireAsync()).Account;
        string upstream = await account.CreateBucketAsync();
        await using ObjectStore store = AwsStore.Create(account.Options(upstream));
        Bucket bucket = await store.CreateBucketAsync("bucket");
        string folder = Directory.CreateTempSubdirectory("bleepstore-s3cmd-").FullName;
        try
        {
            foreach (string key in NaturalKeys())
            {
                byte[] content = Encoding.UTF8.GetBytes($"[{key}]");
                await bucket.PutAsync(key, content);
                string file = Path.Combine(folder, "down");
                await S3cmdAsync(account, "get", "--force", $"s3://{upstream}/bucket/{key}", file);
                Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(content), key);

                await bucket.DeleteAsync(key);
                await S3cmdAsync(account, "put", file, $"s3://{upstream}/bucket/{key}");
                await using ObjectReader reader = await bucket.GetAsync(key);
                Assert.That(await reader.ReadAllAsync(), Is.EqualTo(content), key);
            }

            Assert.That(await bucket.ListAsync().Select(static entry => entry.Key).ToListAsync(), Is.EquivalentTo(NaturalKeys()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Keys that are spelled as they are, and that s3cmd does not take for an option or a folder.</summary>
    private static IEnumerable<string> NaturalKeys() => KeyCatalogue.Valid
        .Select(static valid => valid.Key)
        .Where(static key => new AwsNames("", BucketMapping.SharedContainer).Root("bucket") + key == TryName(key) && key[^1] != '/' && key.Length < 100)
        .Where(static key => !key.Contains("//", StringComparison.Ordinal) && key[0] != '/' && key.IsNormalized())
        .Where((_, at) => at % 3 == 0)
        .Take(20);

    private static string TryName(string key) => new AwsNames("", BucketMapping.SharedContainer).Object("bucket", key);

    private static Task<string> S3cmdAsync(S3Account account, params string[] arguments) => Tools.RunAsync(
        "s3cmd",
        [
            "--config=/dev/null", "--no-progress", "--quiet", "--no-ssl", "--signature-v2", $"--access_key={account.AccessKey}", $"--secret_key={account.SecretKey}",
            $"--host={account.Url.Authority}", $"--host-bucket={account.Url.Authority}/%(bucket)s", .. arguments,
        ],
        new Dictionary<string, string>(StringComparer.Ordinal) { ["LC_ALL"] = "C.UTF-8" });
}
