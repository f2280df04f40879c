using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using System.Xml.Linq;
using BleepStore.Storage.Aws;
using BleepStore.Storage.Azure;
using BleepStore.Storage.Basics;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Gcp;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Local;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Tests.Documentation;

/// <summary>Tables of the documentation that repeat what the code says are kept in step with it.</summary>
public sealed class ReferenceTableTests
{
    [Test]
    public void Errors_page_has_every_code_once()
    {
        Assert.That(FirstCells("docs/errors.md"), Is.EquivalentTo(Enum.GetNames<StorageErrorCode>()));
    }

    [Test]
    public void Errors_page_says_which_codes_are_transient()
    {
        foreach (string[] row in RepositoryDocs.TableRows("docs/errors.md"))
        {
            bool transient = new StorageException(Enum.Parse<StorageErrorCode>(Bare(row[0])), "For the table.").IsTransient;
            Assert.That(row[3], Is.EqualTo(transient ? "yes" : "no"), row[0]);
        }
    }

    [Test]
    public void Dependencies_page_has_every_package_with_its_version()
    {
        var expected = XDocument.Load(Path.Combine(RepositoryDocs.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Select(static package => $"{package.Attribute("Include")!.Value} {package.Attribute("Version")!.Value}");

        Assert.That(
            RepositoryDocs.TableRows("docs/dependencies.md").Select(static row => $"{Bare(row[0])} {row[1]}"), Is.EquivalentTo(expected));
    }

    [Test]
    public void Telemetry_page_has_every_instrument_and_event()
    {
        IEnumerable<string> instruments = typeof(Telemetry)
            .GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Select(static property => property.GetValue(obj: null))
            .OfType<Instrument>()
            .Select(static instrument => $"{instrument.Name} {instrument.Unit}");
        IEnumerable<string> events = typeof(Log)
            .GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Select(static method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(static message => $"{message.EventId} {message.Level}");

        Assert.That(
            RepositoryDocs.TableRows("docs/telemetry.md").Select(static row => $"{Bare(row[0])} {Bare(row[1])}"),
            Is.EquivalentTo(instruments.Concat(events)));
    }

    [Test]
    public async Task Providers_page_has_the_capabilities_of_every_backend()
    {
        await using ObjectStore memory = InMemoryStore.Create();
        await using ObjectStore local = LocalStore.Create(new LocalBackendOptions { RootPath = "never-used" });

        await using ObjectStore shared = AzureStore.Create(new AzureBackendOptions { AccountName = "account", Container = "store" });
        await using ObjectStore perBucket = AzureStore.Create(
            new AzureBackendOptions { AccountName = "account", BucketMapping = AzureBucketMapping.ContainerPerBucket });
        await using ObjectStore s3 = AwsStore.Create(new AwsBackendOptions { Region = "eu-central-1", Bucket = "store" });
        await using ObjectStore s3PerBucket = AwsStore.Create(
            new AwsBackendOptions { Region = "eu-central-1", BucketMapping = AwsBucketMapping.ContainerPerBucket });
        await using ObjectStore compatible = AwsStore.Create(new AwsBackendOptions
        {
            ServiceUrl = new Uri("https://s3.example.com"),
            Bucket = "store",
            Encryption = AwsEncryption.CustomerKey,
            CustomerKey = Convert.ToBase64String(new byte[32]),
        });
        await using ObjectStore sharedGcp = GcpStore.Create(new GcpBackendOptions { Bucket = "store" });
        await using ObjectStore perBucketGcp = GcpStore.Create(
            new GcpBackendOptions { ProjectId = "project", BucketMapping = GcpBucketMapping.ContainerPerBucket });
        ObjectStore[] stores = [memory, local, shared, perBucket, s3, s3PerBucket, compatible, sharedGcp, perBucketGcp];

        IEnumerable<string> expected = typeof(StorageCapabilities)
            .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(property => $"{property.Name}: {string.Join(", ", stores.Select(store => Show(property, store)))}");

        Assert.That(
            RepositoryDocs.TableRows("docs/providers.md").Select(static row => $"{Bare(row[0])}: {string.Join(", ", row[1..])}"),
            Is.EquivalentTo(expected));
    }

    [TestCase("docs/stores-and-buckets.md", typeof(ObjectStoreOptions))]
    [TestCase("docs/folders-and-sync.md", typeof(UploadFolderOptions))]
    [TestCase("docs/folders-and-sync.md", typeof(DownloadFolderOptions))]
    [TestCase("docs/folders-and-sync.md", typeof(SyncOptions))]
    [TestCase("docs/local.md", typeof(LocalBackendOptions))]
    [TestCase("docs/aws.md", typeof(AwsBackendOptions))]
    [TestCase("docs/azure.md", typeof(AzureBackendOptions))]
    [TestCase("docs/gcp.md", typeof(GcpBackendOptions))]
    public void Page_has_every_option(string page, Type options)
    {
        IEnumerable<string> expected = options.GetProperties().Select(static property => property.Name);

        Assert.That(FirstCells(page), Is.SupersetOf(expected));
    }

    [Test]
    public void Multipart_page_has_the_part_plan()
    {
        const long mebibyte = 1024 * 1024;
        var plan = new PartPlan(8 * mebibyte, 8 * mebibyte);
        var rows = RepositoryDocs.TableRows("docs/multipart.md")
            .Where(static row => row[0].Contains(" to ", StringComparison.Ordinal) && char.IsDigit(row[0][0]))
            .ToList();
        foreach (string[] row in rows)
        {
            int[] numbers = row[0]
                .Split(" to ")
                .Select(static number => int.Parse(number, NumberStyles.AllowThousands, CultureInfo.InvariantCulture))
                .ToArray();
            long end = Enumerable.Range(1, numbers[1]).Sum(plan.SizeOf);
            Assert.Multiple(() =>
            {
                Assert.That(
                    row[1], Does.StartWith(string.Create(CultureInfo.InvariantCulture, $"{plan.SizeOf(numbers[0]) / mebibyte:N0} MiB")));
                Assert.That(
                    row[1], Does.StartWith(string.Create(CultureInfo.InvariantCulture, $"{plan.SizeOf(numbers[1]) / mebibyte:N0} MiB")));
                Assert.That(row[2], Does.StartWith(string.Create(CultureInfo.InvariantCulture, $"{end / mebibyte:N0} MiB (")));
            });
        }

        Assert.That(rows, Has.Count.EqualTo(5));
    }

    private static string Show(PropertyInfo property, ObjectStore store) => property.GetValue(store.Capabilities) switch
    {
        true => "yes",
        false => "no",
        long.MaxValue => "no limit",
        1L => "1 byte",
        IFormattable number => number.ToString("N0", CultureInfo.InvariantCulture),
        var other => throw new NotSupportedException($"{property.Name} is {other}: say how the page shows it."),
    };

    private static IEnumerable<string> FirstCells(string page) => RepositoryDocs.TableRows(page).Select(static row => Bare(row[0]));

    private static string Bare(string cell) => cell.Trim('`');
}
