using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Buckets;

public sealed class CheckTests
{
    [Test]
    public async Task A_container_that_is_there_is_healthy_and_nothing_is_written()
    {
        var wire = new StubTransport(Account(hierarchical: false), Container());

        await wire.CreateStore().CheckAsync();

        Assert.That(wire.Sent.Select(static sent => sent.Method), Is.All.AnyOf("GET", "HEAD"));
    }

    [Test]
    public async Task A_missing_container_is_not_healthy_and_is_named()
    {
        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.NoSuchBucket,
            () => new StubTransport(Account(hierarchical: false), StubResponse.Error(404, "ContainerNotFound")).CreateStore().CheckAsync());

        Assert.That(error.Message, Does.Contain("'store'").And.Contain(nameof(AzureBackendOptions.CreateContainer)));
    }

    [Test]
    public async Task A_missing_container_is_created_where_that_is_asked_for()
    {
        var wire = new StubTransport(Account(hierarchical: false), StubResponse.Error(404, "ContainerNotFound"), StubResponse.Written());

        await wire.CreateStore(static options => options.CreateContainer = true).CheckAsync();

        Assert.That(wire.Kinds.Last(), Is.EqualTo("PUT container"));
    }

    [Test]
    public async Task A_probe_that_fails_has_the_cause_inside()
    {
        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => new StubTransport(
                Account(hierarchical: false),
                StubResponse.Error(500, null),
                StubResponse.Error(500, null),
                StubResponse.Error(500, null)).CreateStore().CheckAsync());

        Assert.That(error.InnerException, Is.Not.Null);
    }

    [Test]
    public async Task An_account_with_a_hierarchical_namespace_is_refused()
    {
        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.NotSupported, () => new StubTransport(Account(hierarchical: true)).CreateStore().CheckAsync());

        Assert.That(error.Message, Does.Contain("hierarchical"));
    }

    [Test]
    public async Task A_credential_that_may_not_ask_about_the_account_is_enough() =>
        await new StubTransport(StubResponse.Error(403, "AuthorizationPermissionMismatch"), Container()).CreateStore().CheckAsync();

    private static StubResponse Account(bool hierarchical) =>
        new StubResponse(200)
            .With("x-ms-sku-name", "Standard_LRS")
            .With("x-ms-account-kind", "StorageV2")
            .With("x-ms-is-hns-enabled", hierarchical ? "true" : "false");

    private static StubResponse Container() => StubResponse.Xml("<EnumerationResults><Blobs></Blobs><NextMarker /></EnumerationResults>");
}
