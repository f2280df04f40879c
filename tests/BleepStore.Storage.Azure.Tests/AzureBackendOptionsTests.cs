using Azure.Core;
using NSubstitute;

namespace BleepStore.Storage.Azure.Tests;

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
            new() { Container = "store", Given = GivenClient.Service },
            new() { Given = GivenClient.Container },
        ];

        foreach (AzureBackendOptions options in valid)
        {
            Assert.That(Faults(options), Is.Empty);
        }
    }

    [Test]
    public void Contradictory_settings_are_refused_by_name()
    {
        (AzureBackendOptions Options, string[] Named)[] contradictory =
        [
            (new() { Container = "store", AccountName = "account", AccountUrl = new Uri("https://a.example") }, [nameof(AzureBackendOptions.AccountName), nameof(AzureBackendOptions.AccountUrl)]),
            (new() { Container = "store", ConnectionString = "x", AccountName = "account" }, [nameof(AzureBackendOptions.ConnectionString), nameof(AzureBackendOptions.AccountName)]),
            (new() { Container = "store", ConnectionString = "x", SasToken = "sig=x" }, [nameof(AzureBackendOptions.ConnectionString), nameof(AzureBackendOptions.SasToken)]),
            (new() { Container = "store", AccountName = "account", SasToken = "sig=x", UseManagedIdentity = true }, [nameof(AzureBackendOptions.SasToken), nameof(AzureBackendOptions.UseManagedIdentity)]),
            (new() { Container = "store", AccountName = "account", ManagedIdentityClientId = "id", CredentialFactory = static _ => null! }, [nameof(AzureBackendOptions.UseManagedIdentity), nameof(AzureBackendOptions.CredentialFactory)]),
            (new() { Container = "store", BucketMapping = AzureBucketMapping.ContainerPerBucket, AccountName = "account" }, [nameof(AzureBackendOptions.Container)]),
            (new() { BucketMapping = AzureBucketMapping.ContainerPerBucket, AccountName = "account", CreateContainer = true }, [nameof(AzureBackendOptions.CreateContainer)]),
            (new() { Given = GivenClient.Container, Container = "store" }, [nameof(AzureBackendOptions.Container)]),
            (new() { Given = GivenClient.Container, BucketMapping = AzureBucketMapping.ContainerPerBucket }, [nameof(AzureBackendOptions.Container)]),
            (new() { Given = GivenClient.Service, Container = "store", ConnectionString = "x" }, [nameof(AzureBackendOptions.ConnectionString)]),
            (new() { Given = GivenClient.Service, Container = "store", ConfigureClient = static _ => { } }, [nameof(AzureBackendOptions.ConfigureClient)]),
        ];

        foreach ((AzureBackendOptions options, string[] named) in contradictory)
        {
            string faults = string.Join(' ', Faults(options));
            foreach (string name in named)
            {
                Assert.That(faults, Does.Contain(name));
            }
        }
    }

    [Test]
    public void Values_that_cannot_be_are_refused()
    {
        Assert.That(Faults(new AzureBackendOptions { Container = "No", AccountName = "account" }), Has.Some.Contains(nameof(AzureBackendOptions.Container)));
        Assert.That(Faults(new AzureBackendOptions { Container = "store", AccountName = "Not-A-Name" }), Has.Some.Contains(nameof(AzureBackendOptions.AccountName)));
        Assert.That(Faults(new AzureBackendOptions { Container = "store", AccountName = "account", Prefix = "../" }), Has.Some.Contains(nameof(AzureBackendOptions.Prefix)));
        Assert.That(Faults(new AzureBackendOptions { Container = "store", AccountName = "account", SasToken = "none" }), Has.Some.Contains(nameof(AzureBackendOptions.SasToken)));
        Assert.That(Faults(new AzureBackendOptions { Container = "store", AccountUrl = new Uri("http://account.example") }), Has.Some.Contains("https"));
        Assert.That(Faults(new AzureBackendOptions { Container = "store", AccountUrl = new Uri("https://account.example/?sig=secret") }), Has.Some.Contains(nameof(AzureBackendOptions.SasToken)).And.None.Contains("secret"));
        Assert.That(Faults(new AzureBackendOptions { Container = "store", AccountName = "account", BucketMapping = (BucketMapping)9 }), Has.Some.Contains(nameof(AzureBackendOptions.BucketMapping)));
        Assert.That(Faults(new AzureBackendOptions { Container = "store", AccountName = "account", MultipartStaging = (MultipartStaging)9 }), Has.Some.Contains(nameof(AzureBackendOptions.MultipartStaging)));
    }

    private static List<string> Faults(AzureBackendOptions options) => [.. AzureBackendOptionsValidator.Faults(options)];
}
