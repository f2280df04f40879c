using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.AspNetCore.Tests.PublicApi;

public sealed class ConventionsTests
{
    private static readonly Type[] Public = typeof(StorageResults).Assembly.GetExportedTypes();

    [Test]
    public void All_is_in_the_namespace_of_the_core_apart_from_what_the_framework_has_a_place_for()
    {
        Dictionary<string, string> elsewhere = Public
            .Where(static type => type.Namespace != "BleepStore.Storage")
            .ToDictionary(static type => type.Name, static type => type.Namespace!);

        Assert.That(elsewhere, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["BleepStoreEndpointExtensions"] = "Microsoft.AspNetCore.Builder",
            ["BleepStoreAspNetCoreExtensions"] = "Microsoft.Extensions.DependencyInjection",
        }));
    }

    [Test]
    public void Registration_stands_with_the_registration_of_the_core()
    {
        MethodInfo[] registering =
        [
            .. Public.SelectMany(static type => type.GetMethods(BindingFlags.Static | BindingFlags.Public))
                .Where(static method => method.IsDefined(typeof(ExtensionAttribute), inherit: false)
                    && method.GetParameters()[0].ParameterType is var first
                    && (first == typeof(IServiceCollection) || first == typeof(ObjectStoreBuilder))),
        ];

        Assert.That(registering, Has.Length.EqualTo(2));
        Assert.That(
            registering.Select(static method => method.DeclaringType!.Namespace),
            Is.All.EqualTo("Microsoft.Extensions.DependencyInjection"));
    }

    [Test]
    public void Options_are_sealed_records_with_values_of_their_own()
    {
        Type[] options = [.. Public.Where(static type => type.Name.EndsWith("Options", StringComparison.Ordinal))];

        Assert.That(options, Has.Length.GreaterThanOrEqualTo(4));
        foreach (Type type in options)
        {
            Assert.That(type.GetMethod("<Clone>$"), Is.Not.Null, type.Name);
            Assert.That(type.IsSealed, type.Name);
            object other = Activator.CreateInstance(type)!;
            Assert.That(Activator.CreateInstance(type), Is.EqualTo(other), type.Name);
        }
    }

    [Test]
    public void Options_of_a_result_are_equal_by_the_types_they_name()
    {
        var one = new ObjectResultOptions { InlineContentTypes = ["image/png"] };

        Assert.That(one, Is.EqualTo(new ObjectResultOptions { InlineContentTypes = ["image/png"] }));
        Assert.That(one.GetHashCode(), Is.EqualTo(new ObjectResultOptions { InlineContentTypes = ["image/png"] }.GetHashCode()));
        Assert.That(one, Is.Not.EqualTo(new ObjectResultOptions { InlineContentTypes = ["image/gif"] }));
        Assert.That(one, Is.Not.EqualTo(one with { CacheControl = "no-store" }));
    }

    [Test]
    public void Every_asynchronous_method_takes_a_token_last() => Assert.That(
        Public.SelectMany(
            static type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(static method => method.Name.EndsWith("Async", StringComparison.Ordinal))
            .Where(static method => method.GetParameters() is not [.., { ParameterType: var last }] || last != typeof(CancellationToken))
            .Select(static method => $"{method.DeclaringType!.Name}.{method.Name}"),
        Is.Empty);

    [Test]
    public void It_stands_on_the_core_and_the_framework_alone() => Assert.That(
        typeof(StorageResults).Assembly.GetReferencedAssemblies().Select(static name => name.Name!)
            .Where(static name => name.StartsWith("BleepStore", StringComparison.Ordinal)),
        Is.EqualTo(new[] { "BleepStore.Storage" }));
}
