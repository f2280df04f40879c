using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace BleepStore.Storage.Registration;

/// <summary>
/// The sections of configuration that hold a store's options, with the names that each may have. Options of several types can share a
/// section. The root of a configuration is not checked, because it also holds settings of other components.
/// </summary>
internal sealed class KnownSettings
{
    /// <summary>Options are bound by these properties. Collections need no setter.</summary>
    public const DynamicallyAccessedMemberTypes Needed = DynamicallyAccessedMemberTypes.PublicProperties;

    private readonly List<(IConfigurationSection Section, string[] Names)> _expected = [];
    private readonly HashSet<string> _left = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds the names of the options that configuration can set.</summary>
    public void Expect<[DynamicallyAccessedMembers(Needed)] TOptions>(IConfiguration configuration) =>
        Expect(configuration, [.. NamesOf<TOptions>()]);

    public void Expect(IConfiguration configuration, params string[] names)
    {
        if (configuration is IConfigurationSection section)
        {
            _expected.Add((section, names));
        }
    }

    /// <summary>Leaves a section alone.</summary>
    public void Leave(IConfiguration configuration)
    {
        if (configuration is IConfigurationSection section)
        {
            _left.Add(section.Path);
        }
    }

    /// <summary>Leaves the sections alone that were expected until now.</summary>
    public void Leave() => _left.UnionWith(_expected.Select(static one => one.Section.Path));

    /// <returns>One sentence for each setting that no options have.</returns>
    public IEnumerable<string> Faults()
    {
        foreach (IGrouping<string, (IConfigurationSection Section, string[] Names)> same in _expected
            .Where(one => !_left.Contains(one.Section.Path))
            .GroupBy(static one => one.Section.Path, StringComparer.OrdinalIgnoreCase))
        {
            var names = same.SelectMany(static one => one.Names).Concat(NamesBelow(same.Key)).ToHashSet(StringComparer.OrdinalIgnoreCase);
            IEnumerable<IConfigurationSection> unknown = same
                .SelectMany(static one => one.Section.GetChildren())
                .Where(setting => !names.Contains(setting.Key))
                .DistinctBy(static setting => setting.Path, StringComparer.OrdinalIgnoreCase);
            foreach (IConfigurationSection setting in unknown)
            {
                yield return Fault(setting, names);
            }
        }
    }

    /// <summary>The names of the options that configuration can set.</summary>
    public static IEnumerable<string> NamesOf<[DynamicallyAccessedMembers(Needed)] TOptions>() =>
        from property in typeof(TOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.SetMethod is { IsPublic: true } || typeof(IEnumerable).IsAssignableFrom(property.PropertyType)
        where !typeof(Delegate).IsAssignableFrom(property.PropertyType) && property.PropertyType != typeof(TransferBudget)
        select property.Name;

    private static string Fault(IConfigurationSection setting, HashSet<string> names)
    {
        string said = $"'{setting.Path}' in the configuration is an unknown setting.";
        if (string.Equals(setting.Key, nameof(ObjectStoreOptions.TransferBudget), StringComparison.OrdinalIgnoreCase))
        {
            return $"{said} Code can set it. In configuration set {nameof(ObjectStoreOptions.TransferBudgetBytes)} to a number of bytes.";
        }

        if (NearestName.Of(setting.Key, names) is { } nearest)
        {
            return $"{said} Did you mean '{nearest}'?";
        }

        return NamesOf<ObjectStoreOptions>().Contains(setting.Key, StringComparer.OrdinalIgnoreCase)
            ? $"{said} It is one of {nameof(ObjectStoreOptions)}. "
                + "Bind them with Configure(section), or choose the backend with UseConfiguration."
            : $"{said} Settings are: {string.Join(", ", names.Order(StringComparer.OrdinalIgnoreCase))}.";
    }

    /// <summary>Sections inside of this one, such as those of a decorator.</summary>
    private IEnumerable<string> NamesBelow(string path) =>
        from one in _expected
        let below = one.Section.Path
        where below.StartsWith(path + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase)
        select below[(path.Length + 1)..].Split(ConfigurationPath.KeyDelimiter)[0];
}
