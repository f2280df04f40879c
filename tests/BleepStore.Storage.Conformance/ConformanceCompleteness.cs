using System.Globalization;
using System.Reflection;
using System.Text;

namespace BleepStore.Storage.Conformance;

/// <summary>Proves that a backend leaves no part of the suite out.</summary>
public static class ConformanceCompleteness
{
    /// <summary>All suites, which are the abstract fixtures that are generic over the harness.</summary>
    public static IReadOnlyList<Type> Suites { get; } =
    [
        .. typeof(ConformanceCompleteness).Assembly.GetExportedTypes()
            .Where(static type => type.IsAbstract
                && type.IsGenericTypeDefinition
                && type != typeof(ConformanceFixture<>)
                && DerivesFrom(type, typeof(ConformanceFixture<>)))
            .OrderBy(static type => type.Name, StringComparer.Ordinal),
    ];

    /// <summary>
    /// Fails when a suite is not bound to a harness, or when a declared difference names no test. Call it from one test of every backend.
    /// </summary>
    /// <param name="tests">The assembly with the backend's fixtures.</param>
    /// <param name="harness">The harness.</param>
    /// <exception cref="AssertionException">Something is missing; the message lists it.</exception>
    public static void AssertAllBound(Assembly tests, Type harness)
    {
        ArgumentNullException.ThrowIfNull(tests);
        ArgumentNullException.ThrowIfNull(harness);
        AssertAllBound(tests.GetTypes(), harness);
    }

    /// <summary>
    /// Fails when one of these suites is not bound to a harness, or when a declared difference names no test. For a harness that differs
    /// from a completely bound one in one setting, name the suites whose outcome can depend on that setting.
    /// </summary>
    /// <param name="tests">The assembly with the backend's fixtures.</param>
    /// <param name="harness">The harness.</param>
    /// <param name="suites">The suites, as open generic types.</param>
    /// <exception cref="AssertionException">A suite is missing. The message lists it.</exception>
    public static void AssertBound(Assembly tests, Type harness, params IReadOnlyList<Type> suites)
    {
        ArgumentNullException.ThrowIfNull(tests);
        ArgumentNullException.ThrowIfNull(harness);
        ArgumentNullException.ThrowIfNull(suites);
        AssertBound(tests.GetTypes(), harness, suites);
    }

    internal static void AssertAllBound(IReadOnlyCollection<Type> types, Type harness) => AssertBound(types, harness, Suites);

    private static void AssertBound(IReadOnlyCollection<Type> types, Type harness, IReadOnlyList<Type> suites)
    {
        List<Type> bound = [.. types.Where(static type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false })];
        var faults = new StringBuilder();
        foreach (Type suite in suites)
        {
            Type closed = suite.MakeGenericType(harness);
            if (!bound.Exists(closed.IsAssignableFrom))
            {
                faults.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"  not bound: {suite.Name[..suite.Name.IndexOf('`', StringComparison.Ordinal)]}<{harness.Name}>");
            }
        }

        var instance = (ConformanceHarness)Activator.CreateInstance(harness)!;
        foreach (string test in DeclaredDifferences.NamingNoTest(instance, Suites))
        {
            faults.AppendLine(CultureInfo.InvariantCulture, $"  declared difference that names no test: {test}");
        }

        if (faults.Length > 0)
        {
            throw new AssertionException($"The suite is not complete for {harness.Name}:{Environment.NewLine}{faults}");
        }
    }

    private static bool DerivesFrom(Type type, Type definition)
    {
        for (Type? at = type.BaseType; at is not null; at = at.BaseType)
        {
            if (at.IsGenericType && at.GetGenericTypeDefinition() == definition)
            {
                return true;
            }
        }

        return false;
    }
}
