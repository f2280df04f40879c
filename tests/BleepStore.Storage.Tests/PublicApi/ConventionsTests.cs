using System.Reflection;
using System.Runtime.CompilerServices;
using BleepStore.Storage.Aws;
using BleepStore.Storage.Azure;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Gcp;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Local;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Tests.PublicApi;

public class ConventionsTests
{
    /// <summary>Records with a base that others derive from, and why.</summary>
    private static readonly Type[] OpenRecords = [typeof(ObjectAttributes), typeof(ReadOptions), typeof(FolderOptions)];

    /// <summary>Options that the configuration binder fills, which takes settable classes.</summary>
    private static readonly Type[] BoundOptions =
    [
        typeof(ObjectStoreOptions), typeof(StoreLinkOptions), typeof(InMemoryBackendOptions), typeof(CompressionOptions),
        typeof(EncryptionOptions),
    ];

    private static readonly Type[] Public = typeof(ObjectStore).Assembly.GetExportedTypes();

    private static readonly Assembly[] Packages =
    [
        typeof(ObjectStore).Assembly, typeof(LocalBackendOptions).Assembly, typeof(AzureBackendOptions).Assembly,
        typeof(AwsBackendOptions).Assembly, typeof(GcpBackendOptions).Assembly,
    ];

    private static IEnumerable<Type> Records => Public.Where(static type => type.GetMethod("<Clone>$") is not null);

    [Test]
    public void Every_asynchronous_method_takes_a_token_last()
    {
        IEnumerable<string> faults = Public
            .SelectMany(static type => type.GetMethods(
                BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(static method => method.Name.EndsWith("Async", StringComparison.Ordinal)
                && method.Name != nameof(IAsyncDisposable.DisposeAsync))
            .Where(static method => method.GetParameters() is not [.., { ParameterType: var last }] || last != typeof(CancellationToken))
            .Select(static method => $"{method.DeclaringType!.Name}.{method.Name}");
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void Every_method_that_returns_a_task_or_an_asynchronous_sequence_ends_in_Async()
    {
        IEnumerable<string> faults = Public
            .SelectMany(static type => type.GetMethods(
                BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(static method => IsAsynchronous(method.ReturnType) && !method.Name.EndsWith("Async", StringComparison.Ordinal))
            .Select(static method => $"{method.DeclaringType!.Name}.{method.Name}");
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void For_applications_the_token_is_optional_and_for_backends_it_is_not()
    {
        // A stream's signatures are the framework's.
        IEnumerable<string> faults = Public
            .Where(static type => !typeof(Stream).IsAssignableFrom(type))
            .SelectMany(static type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(static method => method.GetParameters() is [.., { ParameterType: var last }] && last == typeof(CancellationToken))
            .Where(static method => method.GetParameters()[^1].IsOptional == IsForBackends(method.DeclaringType!))
            .Select(static method => $"{method.DeclaringType!.Name}.{method.Name}");
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void Options_requests_and_results_are_sealed_records_with_init_members()
    {
        string[] endings = ["Options", "Request", "Result", "Properties", "Page", "Entry", "Info", "Capabilities"];
        Type[] data = Public.Where(type => type.IsClass
            && !type.IsAbstract
            && endings.Any(ending => type.Name.EndsWith(ending, StringComparison.Ordinal))).Except(BoundOptions).ToArray();
        Assert.That(data, Has.Length.GreaterThan(30), "the reflection found them");
        Assert.That(data.Except(Records), Is.Empty, "they are records");
        Assert.That(Records.Where(static type => type.IsClass && !type.IsSealed).Except(OpenRecords), Is.Empty, "they are sealed");
        IEnumerable<string> settable = Records
            .SelectMany(static type => type.GetProperties(BindingFlags.Instance | BindingFlags.Public))
            .Where(static property => property.SetMethod is { IsPublic: true } set
                && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)))
            .Select(static property => $"{property.DeclaringType!.Name}.{property.Name}");
        Assert.That(settable, Is.Empty, "they do not change");
    }

    [Test]
    public void A_decorator_can_say_with()
    {
        var request = new PutRequest { Bucket = "b", Key = "k", Body = StorageBody.FromBytes(new byte[1]) };
        PutRequest changed = request with { Key = "prefix/k" };
        Assert.That((changed.Key, changed.Body), Is.EqualTo(("prefix/k", request.Body)));
    }

    [Test]
    public void No_type_is_called_as_the_namespace_is() =>
        Assert.That(Public.Select(static type => type.Name), Has.None.EqualTo("BleepStore"));

    [Test]
    public void Every_public_type_is_in_a_namespace_of_the_core()
    {
        string[] namespaces =
        [
            "BleepStore.Storage", "BleepStore.Storage.Backends", "BleepStore.Storage.Backends.Toolkit", "BleepStore.Storage.InMemory",
        ];
        Assert.That(Public.Where(type => !namespaces.Contains(type.Namespace)).Except(Packages.SelectMany(Extensions)), Is.Empty);
    }

    [TestCaseSource(nameof(Packages))]
    public void Registration_needs_no_using_of_ours(Assembly package)
    {
        Type[] extensions = Extensions(package).Where(Registers).ToArray();

        Assert.That(extensions, Is.Not.Empty);
        Assert.That(extensions.Select(static type => type.Namespace), Is.All.EqualTo("Microsoft.Extensions.DependencyInjection"));
        Assert.That(extensions.Select(static type => type.Name), Is.All.StartsWith("BleepStore"));
    }

    [TestCaseSource(nameof(Packages))]
    public void Other_extensions_need_no_using_beyond_the_one(Assembly package) =>
        Assert.That(Extensions(package).Where(static type => !Registers(type) && type.Namespace != "BleepStore.Storage"), Is.Empty);

    [Test]
    public void The_core_knows_no_provider()
    {
        string[] references = typeof(ObjectStore).Assembly.GetReferencedAssemblies().Select(static name => name.Name!).ToArray();
        Assert.That(references.Where(static name => !name.StartsWith("System", StringComparison.Ordinal)
            && !name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
            && name != "Microsoft.Win32.Primitives"), Is.Empty);
    }

    private static IEnumerable<Type> Extensions(Assembly package) =>
        package.GetExportedTypes().Where(static type => type.IsDefined(typeof(ExtensionAttribute), inherit: false));

    private static bool Registers(Type extensions) => extensions
        .GetMethods(BindingFlags.Static | BindingFlags.Public)
        .Where(static method => method.IsDefined(typeof(ExtensionAttribute), inherit: false))
        .Any(static method => method.GetParameters()[0].ParameterType is var first
            && (first == typeof(IServiceCollection) || first == typeof(ObjectStoreBuilder) || first == typeof(BackendChoices)));

    private static bool IsAsynchronous(Type type) =>
        type == typeof(Task) || type == typeof(ValueTask)
        || (type.IsGenericType
            && type.GetGenericTypeDefinition() is var open
            && (open == typeof(Task<>) || open == typeof(ValueTask<>) || open == typeof(IAsyncEnumerable<>)));

    private static bool IsForBackends(Type type) =>
        typeof(StorageBackend).IsAssignableFrom(type) || typeof(PartedWrite).IsAssignableFrom(type)
        || type == typeof(RequestPace);
}
