namespace BleepStore.Storage.Gcp.Tests.Options;

public sealed class GcpBackendOptionsTests
{
    private static readonly TestCaseData[] Broken =
    [
        new TestCaseData(new GcpBackendOptions(), nameof(GcpBackendOptions.Bucket)).SetArgDisplayNames("no bucket"),
        new TestCaseData(new GcpBackendOptions { Bucket = "UPPER" }, nameof(GcpBackendOptions.Bucket)).SetArgDisplayNames("bad bucket"),
        new TestCaseData(new GcpBackendOptions { BucketMapping = GcpBucketMapping.ContainerPerBucket }, nameof(GcpBackendOptions.ProjectId))
            .SetArgDisplayNames("no project"),
        new TestCaseData(
            new GcpBackendOptions { BucketMapping = GcpBucketMapping.ContainerPerBucket, ProjectId = "p", Bucket = "bucket" },
            nameof(GcpBackendOptions.Bucket)).SetArgDisplayNames("both"),
        new TestCaseData(new GcpBackendOptions { Bucket = "bucket", Prefix = "x" }, nameof(GcpBackendOptions.Prefix))
            .SetArgDisplayNames("prefix without slash"),
        new TestCaseData(new GcpBackendOptions { Bucket = "bucket", Prefix = ".bleepstore/" }, nameof(GcpBackendOptions.Prefix))
            .SetArgDisplayNames("internal prefix"),
        new TestCaseData(
            new GcpBackendOptions { Bucket = "bucket", CredentialsFile = "f", UnauthenticatedAccess = true },
            nameof(GcpBackendOptions.CredentialsFile)).SetArgDisplayNames("two credentials"),
        new TestCaseData(
            new GcpBackendOptions { Bucket = "bucket", ServiceUrl = new Uri("http://example.com") },
            nameof(GcpBackendOptions.ServiceUrl)).SetArgDisplayNames("token over http"),
        new TestCaseData(new GcpBackendOptions { Bucket = "bucket", KmsKeyName = "key" }, nameof(GcpBackendOptions.KmsKeyName))
            .SetArgDisplayNames("no key name"),
        new TestCaseData(new GcpBackendOptions { Bucket = "bucket", Location = "EU" }, nameof(GcpBackendOptions.Location))
            .SetArgDisplayNames("location of nothing"),
    ];

    [TestCaseSource(nameof(Broken))]
    public void A_broken_rule_names_the_option(GcpBackendOptions options, string option) =>
        Assert.That(() => GcpStore.Create(options), Throws.ArgumentException.With.Message.Contains(option));

    [Test]
    public async Task Making_a_store_looks_for_no_credential()
    {
        await using ObjectStore store = GcpStore.Create(
            new GcpBackendOptions { Bucket = "bucket", CredentialsFile = "/there/is/no/such/file.json" });

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => store.CheckAsync()))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));
    }
}
