using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Aws.Tests.Emulated;

/// <summary>
/// Tests on Ceph that s3cmd reads the library's objects under every key of the catalogue, and the reverse, byte for byte. A bare client
/// handles the keys that s3cmd itself cannot.
/// </summary>
public sealed class InteroperabilityTests
{
    private const int LongestFileName = 255;

    private static readonly AwsNames Names = new("", AwsBucketMapping.SharedContainer);

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    [Test]
    public async Task What_the_library_writes_s3cmd_reads()
    {
        (S3Account account, string upstream, ObjectStore store) = await StartAsync();
        await using (store)
        {
            await WithFolderAsync(async folder => await Task.WhenAll(Groups(static key => WhyNoFile(key) is null).Select(async group =>
            {
                Bucket bucket = await store.CreateBucketAsync(group.Name);
                foreach (string key in group.Keys)
                {
                    await bucket.PutAsync(key, Content(key));
                }

                string down = Directory.CreateDirectory(Path.Combine(folder, group.Name)).FullName;
                await S3cmdAsync(account, "get", "--recursive", $"s3://{upstream}/{group.Name}/", down + "/");

                Assert.That(Files(down), Is.EquivalentTo(group.Keys.Select(Name)));
                foreach (string key in group.Keys)
                {
                    Assert.That(await File.ReadAllBytesAsync(Path.Combine(down, Name(key))), Is.EqualTo(Content(key)), key);
                }
            })));
        }
    }

    [Test]
    public async Task What_s3cmd_writes_the_library_reads()
    {
        (S3Account account, string upstream, ObjectStore store) = await StartAsync();
        await using (store)
        {
            await WithFolderAsync(async folder => await Task.WhenAll(
                Groups(static key => WhyNoFile(key) is null && WhyNoUpload(key) is null).Select(async group =>
            {
                string up = Directory.CreateDirectory(Path.Combine(folder, group.Name)).FullName;
                foreach (string key in group.Keys)
                {
                    string file = Path.Combine(up, Name(key));
                    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                    await File.WriteAllBytesAsync(file, Content(key));
                }

                await S3cmdAsync(account, "put", "--recursive", "--no-mime-magic", up + "/", $"s3://{upstream}/{group.Name}/");

                Bucket bucket = store.GetBucket(group.Name);
                Assert.That(await bucket.ListAsync().Select(static entry => entry.Key).ToListAsync(), Is.EquivalentTo(group.Keys));
                foreach (string key in group.Keys)
                {
                    Assert.That(await ReadAsync(bucket, key), Is.EqualTo(Content(key)), key);
                }
            })));
        }
    }

    [Test]
    public async Task What_s3cmd_cannot_carry_a_bare_client_does()
    {
        string[] keys = [.. Catalogue.Where(static key => WhyNoFile(key) is not null || WhyNoUpload(key) is not null)];
        S3Account account = (await Radosgw.RequireAsync()).Account;
        string upstream = await account.CreateBucketAsync();
        await using ObjectStore store = AwsStore.Create(account.Options(upstream));
        Bucket bucket = await store.CreateBucketAsync("bucket");
        using AmazonS3Client bare = account.Client();
        foreach (string key in keys)
        {
            await bucket.PutAsync(key, Content(key));
            Assert.That(await ReadAsync(bare, upstream, Names.ObjectName("bucket", key)), Is.EqualTo(Content(key)), key);

            await bucket.DeleteAsync(key);
            await PutAsync(bare, upstream, Names.ObjectName("bucket", key), Content(key));
            Assert.That(await ReadAsync(bucket, key), Is.EqualTo(Content(key)), key);
        }

        Assert.That(await bucket.ListAsync().Select(static entry => entry.Key).ToListAsync(), Is.EquivalentTo(keys));
    }

    /// <summary>S3 holds any segment that only ends in a dot, so that what others wrote is there under its own key.</summary>
    [Test]
    public async Task A_segment_that_ends_in_a_dot_is_the_same_for_every_tool()
    {
        string[] keys = ["Acme Inc./a.pdf", "Acme Inc./v1.", "a../b", "x..."];
        S3Account account = (await Radosgw.RequireAsync()).Account;
        string upstream = await account.CreateBucketAsync();
        await using ObjectStore store = AwsStore.Create(account.Options(upstream));
        Bucket bucket = await store.CreateBucketAsync("bucket");
        using AmazonS3Client bare = account.Client();
        foreach (string key in keys)
        {
            await PutAsync(bare, upstream, $"bucket/{key}", Content(key));
        }

        ListPage page = await bucket.ListPageAsync(new ListOptions { Delimiter = "/" });

        Assert.That(await bucket.ListAsync().Select(static entry => entry.Key).ToListAsync(), Is.EquivalentTo(keys));
        Assert.That(page.CommonPrefixes, Is.EquivalentTo(new[] { "Acme Inc./", "a../" }));
        foreach (string key in keys)
        {
            Assert.That(await ReadAsync(bucket, key), Is.EqualTo(Content(key)), key);
            await bucket.PutAsync(key, Content(key + "2"));
            Assert.That(await ReadAsync(bare, upstream, $"bucket/{key}"), Is.EqualTo(Content(key + "2")), key);
        }
    }

    /// <summary>A change that adds exceptions must be declared here.</summary>
    [Test]
    public void Few_keys_are_more_than_s3cmd_can_carry() =>
        Assert.That(
            Catalogue.Count(static key => WhyNoFile(key) is not null || WhyNoUpload(key) is not null),
            Is.EqualTo(12).And.LessThan(Catalogue.Count / 8));

    private static IReadOnlyList<string> Catalogue { get; } = [.. KeyCatalogue.Valid.Select(static valid => valid.Key)];

    /// <summary>Why an object of this key cannot be a file in a folder of s3cmd's; <see langword="null"/> when it can.</summary>
    private static string? WhyNoFile(string key) => Name(key).Split('/') switch
    {
        var segments when segments.Contains("", StringComparer.Ordinal) => "no file has an empty name: slashes at an edge, or two in a row",
        var segments when segments.Any(static segment => Utf8.GetByteCount(segment) > LongestFileName) =>
            "no file's name has more than 255 bytes",
        _ => null,
    };

    /// <summary>Why s3cmd does not upload a file of this name.</summary>
    private static string? WhyNoUpload(string key) => key switch
    {
        "-" => "s3cmd takes it for the standard input",
        _ when key.Contains('\u007f') => "s3cmd replaces characters that cannot be printed",
        _ => null,
    };

    private static string Name(string key) => Names.ObjectName("bucket", key)["bucket/".Length..];

    private static byte[] Content(string key) => Utf8.GetBytes($"[{key}]");

    /// <summary>Where one key is another's folder, they cannot be files in one folder.</summary>
    private static List<(string Name, List<string> Keys)> Groups(Func<string, bool> canBeCarried)
    {
        var groups = new List<(string Name, List<string> Keys)>();
        foreach (string key in Catalogue.Where(canBeCarried).OrderBy(static key => key.Count(static character => character == '/')))
        {
            int at = groups.FindIndex(
                group => !group.Keys.Exists(other => Name(key).StartsWith(Name(other) + "/", StringComparison.Ordinal)));
            if (at < 0)
            {
                at = groups.Count;
                groups.Add(($"group-{at}", []));
            }

            groups[at].Keys.Add(key);
        }

        return groups;
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => file[(folder.Length + 1)..]);

    private static async Task PutAsync(AmazonS3Client bare, string upstream, string name, byte[] content)
    {
        using var body = new MemoryStream(content);
        await bare.PutObjectAsync(new PutObjectRequest { BucketName = upstream, Key = name, InputStream = body, UseChunkEncoding = false });
    }

    private static async Task<byte[]> ReadAsync(AmazonS3Client bare, string upstream, string name)
    {
        using GetObjectResponse read = await bare.GetObjectAsync(upstream, name);
        using var copied = new MemoryStream();
        await read.ResponseStream.CopyToAsync(copied);
        return copied.ToArray();
    }

    private static async Task<byte[]> ReadAsync(Bucket bucket, string key)
    {
        await using ObjectReader reader = await bucket.GetAsync(key);
        return await reader.ReadAllAsync();
    }

    private static async Task<(S3Account Account, string Upstream, ObjectStore Store)> StartAsync()
    {
        if (!Tools.IsOnPath("s3cmd"))
        {
            Missing.EndTest("There is no s3cmd on the PATH to compare with. Install the package s3cmd.", Missing.IsCI);
        }

        S3Account account = (await Radosgw.RequireAsync()).Account;
        string upstream = await account.CreateBucketAsync();
        return (account, upstream, AwsStore.Create(account.Options(upstream)));
    }

    private static async Task WithFolderAsync(Func<string, Task> useAsync)
    {
        string folder = Directory.CreateTempSubdirectory("bleepstore-s3cmd-").FullName;
        try
        {
            await useAsync(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>One process handles all the keys of a group, because its start takes longer than its work.</summary>
    private static Task<string> S3cmdAsync(S3Account account, params string[] arguments) => Tools.RunAsync(
        "s3cmd",
        [
            "--config=/dev/null",
            "--no-progress",
            "--quiet",
            "--no-ssl",
            "--signature-v2",
            $"--access_key={account.AccessKey}",
            $"--secret_key={account.SecretKey}",
            $"--host={account.Url.Authority}", $"--host-bucket={account.Url.Authority}/%(bucket)s", .. arguments,
        ],
        new Dictionary<string, string>(StringComparer.Ordinal) { ["LC_ALL"] = "C.UTF-8" });
}
