using System.Diagnostics.CodeAnalysis;
using BleepStore.Storage.Registration;
using Microsoft.Extensions.Configuration;

namespace BleepStore.Storage;

/// <summary>
/// The backends that configuration can choose from (<see cref="ObjectStoreBuilder.UseConfiguration"/>). Every backend's package adds itself
/// with one method.
/// </summary>
public sealed class BackendChoices
{
    private readonly SortedDictionary<string, Choice> _choices = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _aliases = new(StringComparer.OrdinalIgnoreCase);

    internal BackendChoices()
    {
    }

    /// <summary>
    /// Offers a backend whose settings are known. It is for authors of backends. A setting that no offered backend has is then an error. So
    /// a section can hold the settings of several backends, and <c>Backend</c> chooses one.
    /// </summary>
    /// <typeparam name="TOptions">The backend's options. Each public settable property is a setting, except delegates.</typeparam>
    /// <param name="name">The name in configuration, compared without regard to case.</param>
    /// <param name="use">Selects the backend for a store, with options from a section.</param>
    /// <exception cref="ArgumentException">The name is offered already.</exception>
    public BackendChoices Add<[DynamicallyAccessedMembers(KnownSettings.Needed)] TOptions>(
        string name, Action<ObjectStoreBuilder, IConfiguration> use)
        where TOptions : class =>
        Add(name, use, [.. KnownSettings.NamesOf<TOptions>()]);

    /// <summary>
    /// Offers a backend. It is for authors of backends. Its settings are not known, so the names in the section are not checked where it is
    /// offered.
    /// </summary>
    /// <param name="name">The name in configuration, compared without regard to case.</param>
    /// <param name="use">Selects the backend for a store, with options from a section.</param>
    /// <exception cref="ArgumentException">The name is offered already.</exception>
    public BackendChoices Add(string name, Action<ObjectStoreBuilder, IConfiguration> use) => Add(name, use, settings: null);

    private BackendChoices Add(string name, Action<ObjectStoreBuilder, IConfiguration> use, string[]? settings)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(use);
        return !_aliases.ContainsKey(name) && _choices.TryAdd(name, new Choice(use, settings)) ? this : throw OfferedTwice(name);
    }

    /// <summary>Gives a backend another name. Messages do not show it.</summary>
    internal BackendChoices Alias(string alias, string name)
    {
        return !_choices.ContainsKey(alias) && _aliases.TryAdd(alias, name) ? this : throw OfferedTwice(alias);
    }

    /// <summary>The settings of all offered backends. <see langword="null"/> when those of one are unknown.</summary>
    internal string[]? Settings =>
        _choices.Values.All(static choice => choice.Settings is not null)
            ? [.. _choices.Values.SelectMany(static choice => choice.Settings!)]
            : null;

    /// <param name="setting">The setting with the name of the backend.</param>
    /// <param name="store">How the message calls the store.</param>
    /// <param name="use">Selects the backend.</param>
    /// <param name="fault">Why there is no backend.</param>
    internal bool TryFind(
        IConfigurationSection setting,
        string store,
        [NotNullWhen(true)] out Action<ObjectStoreBuilder, IConfiguration>? use,
        [NotNullWhen(false)] out string? fault)
    {
        string name = setting.Value ?? "";
        bool isFound = _choices.TryGetValue(name, out Choice? choice)
            || (_aliases.TryGetValue(name, out string? meant) && _choices.TryGetValue(meant, out choice));
        use = choice?.Use;
        fault = isFound ? null
            : $"{store}: '{setting.Path}' in the configuration {(string.IsNullOrEmpty(setting.Value)
                ? "is missing"
                : $"is '{setting.Value}', which is not offered")}. Set it to one of: {string.Join(", ", _choices.Keys)}.";
        return isFound;
    }

    private static ArgumentException OfferedTwice(string name) => new($"The backend '{name}' is offered twice.", nameof(name));

    private sealed record Choice(Action<ObjectStoreBuilder, IConfiguration> Use, string[]? Settings);
}
