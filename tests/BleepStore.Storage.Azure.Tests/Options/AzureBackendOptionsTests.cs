using Azure.Core;
using Azure.Storage.Blobs;
using BleepStore.Storage.Azure.Wire;
using NSubstitute;

namespace BleepStore.Storage.Azure.Tests.Options;

public sealed class AzureBackendOptionsTests
{
    [Test]
    public void A_container_is_required() =>
        Assert.That(Faults(new AzureBackendOptions { AccountName = "account" }), Has.Some.Contains(nameof(AzureBackendOptions.Container)));

    [Test]
    public void An_account_is_required() =>
        Assert.That(Faults(new AzureBackendOptions { Container = "store" }), Has.Some.Contains(nameof(AzureBackendOptions.AccountUrl)));

    [Test]
    public void Every_way_to_name_account_and_credential_is_valid_alone()
    {
        AzureBackendOptions[] valid =
        [
            new() { Container = "store", AccountName = "account" },
            new() { Container = "store", AccountUrl = new Uri("https://account.blob.core.windows.net") },
            new() { Container = "store", ConnectionString = "UseDevelopmentStorage=true" },
            new() { Container = "store", AccountName = "account", SasToken = "?sig=x" },
            new() { Container = "store", AccountUrl = new Uri("http://127.0.0.1:10000/devstoreaccount1"), SasToken = "sig=x" },
            new() { Container = "store", AccountName = "account", UseManagedIdentity = true },
            new() { Container = "store", AccountName = "account", UseManagedIdentity = true, ManagedIdentityClientId = "id" },
            new() { Container = "store", AccountName = "account", CredentialFactory = static _ => Substitute.For<TokenCredential>() },
            new() { BucketMapping = AzureBucketMapping.ContainerPerBucket, AccountName = "account" },
            new() { Container = "store", AccountName = "account", MultipartStaging = MultipartStaging.Isolated },
        ];

        foreach (AzureBackendOptions options in valid)
        {
            Assert.That(Faults(options), Is.Empty);
        }

        Assert.That(AzureBackendOptionsValidator.Faults(new() { Container = "store" }, GivenClient.Service), Is.Empty);
        Assert.That(AzureBackendOptionsValidator.Faults(new(), GivenClient.Container), Is.Empty);
    }

    [Test]
    public void Contradictory_settings_are_refused_by_name()
    {
        (AzureBackendOptions Options, string[] Named, GivenClient Given)[] contradictory =
        [
            (
                new() { Container = "store", AccountName = "account", AccountUrl = new Uri("https://a.example") },
                [nameof(AzureBackendOptions.AccountName), nameof(AzureBackendOptions.AccountUrl)],
                GivenClient.None),
            (
                new() { Container = "store", ConnectionString = "x", AccountName = "account" },
                [nameof(AzureBackendOptions.ConnectionString), nameof(AzureBackendOptions.AccountName)],
                GivenClient.None),
            (
                new() { Container = "store", ConnectionString = "x", SasToken = "sig=x" },
                [nameof(AzureBackendOptions.ConnectionString), nameof(AzureBackendOptions.SasToken)],
                GivenClient.None),
            (
                new() { Container = "store", AccountName = "account", SasToken = "sig=x", UseManagedIdentity = true },
                [nameof(AzureBackendOptions.SasToken), nameof(AzureBackendOptions.UseManagedIdentity)],
                GivenClient.None),
            (new()
            {
                Container = "store",
                AccountName = "account",
                ManagedIdentityClientId = "id",
                CredentialFactory = static _ => null!,
            }, [nameof(AzureBackendOptions.UseManagedIdentity), nameof(AzureBackendOptions.CredentialFactory)], GivenClient.None),
            (
                new() { Container = "store", BucketMapping = AzureBucketMapping.ContainerPerBucket, AccountName = "account" },
                [nameof(AzureBackendOptions.Container)],
                GivenClient.None),
            (
                new() { BucketMapping = AzureBucketMapping.ContainerPerBucket, AccountName = "account", CreateContainer = true },
                [nameof(AzureBackendOptions.CreateContainer)],
                GivenClient.None),
            (new() { Container = "store" }, [nameof(AzureBackendOptions.Container)], GivenClient.Container),
            (
                new() { BucketMapping = AzureBucketMapping.ContainerPerBucket },
                [nameof(AzureBackendOptions.Container)],
                GivenClient.Container),
            (new() { Container = "store", ConnectionString = "x" }, [nameof(AzureBackendOptions.ConnectionString)], GivenClient.Service),
            (
                new() { Container = "store", ConfigureClient = static _ => { } },
                [nameof(AzureBackendOptions.ConfigureClient)],
                GivenClient.Service),
        ];

        foreach ((AzureBackendOptions options, string[] named, GivenClient given) in contradictory)
        {
            string faults = string.Join(' ', AzureBackendOptionsValidator.Faults(options, given));
            foreach (string name in named)
            {
                Assert.That(faults, Does.Contain(name));
            }
        }
    }

    [Test]
    public void A_client_that_is_given_leaves_nothing_in_the_options()
    {
        var client = new BlobServiceClient(new Uri("https://account.blob.core.windows.net"));
        var options = new AzureBackendOptions { Container = "store" };
        AzureStore.Create(client, options).Dispose();
        options.AccountName = "account";

        Assert.That(
            () => AzureStore.Create(client, options),
            Throws.ArgumentException.With.Message.Contains(nameof(AzureBackendOptions.AccountName)));
        Assert.That(Faults(options), Is.Empty);
    }

    [Test]
    public void Values_that_cannot_be_are_refused()
    {
        Assert.That(
            Faults(new AzureBackendOptions { Container = "No", AccountName = "account" }),
            Has.Some.Contains(nameof(AzureBackendOptions.Container)));
        Assert.That(
            Faults(new AzureBackendOptions { Container = "store", AccountName = "Not-A-Name" }),
            Has.Some.Contains(nameof(AzureBackendOptions.AccountName)));
        foreach (string text in new[] { "nonsense", "AccountName=account", "AccountName=account;AccountKey=no base64!" })
        {
            List<string> faults = Faults(new AzureBackendOptions { Container = "store", ConnectionString = text });
            Assert.That(faults, Has.One.Contains(nameof(AzureBackendOptions.ConnectionString)).And.None.Contains("no base64!"), text);
        }

        Assert.That(
            Faults(new AzureBackendOptions { Container = "store", AccountName = "account", Prefix = "../" }),
            Has.Some.Contains(nameof(AzureBackendOptions.Prefix)));
        Assert.That(
            Faults(new AzureBackendOptions { Container = "store", AccountName = "account", SasToken = "none" }),
            Has.Some.Contains(nameof(AzureBackendOptions.SasToken)));
        Assert.That(
            Faults(new AzureBackendOptions { Container = "store", AccountUrl = new Uri("http://account.example") }),
            Has.Some.Contains("https"));
        Assert.That(
            Faults(new AzureBackendOptions { Container = "store", AccountUrl = new Uri("https://account.example/?sig=secret") }),
            Has.Some.Contains(nameof(AzureBackendOptions.SasToken)).And.None.Contains("secret"));
        Assert.That(
            Faults(new AzureBackendOptions { Container = "store", AccountName = "account", BucketMapping = (AzureBucketMapping)9 }),
            Has.Some.Contains(nameof(AzureBackendOptions.BucketMapping)));
        Assert.That(
            Faults(new AzureBackendOptions { Container = "store", AccountName = "account", MultipartStaging = (MultipartStaging)9 }),
            Has.Some.Contains(nameof(AzureBackendOptions.MultipartStaging)));
    }

    private static List<string> Faults(AzureBackendOptions options) => [.. AzureBackendOptionsValidator.Faults(options)];
}
