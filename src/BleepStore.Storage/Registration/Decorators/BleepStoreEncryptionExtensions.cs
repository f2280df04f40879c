using BleepStore.Storage;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Decorators.Encryption;
using BleepStore.Storage.Registration.Decorators;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Encrypts the objects of a store before they leave the process.</summary>
public static class BleepStoreEncryptionExtensions
{
    /// <summary>
    /// Encrypts the bytes of objects with AES-256-GCM. Bytes that were changed, cut or moved upstream fail with
    /// <see cref="StorageErrorCode.BadDigest"/> when they are read. Keys, metadata, attributes and sizes of objects stay readable upstream.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="ring">The keys. The caller disposes them.</param>
    /// <param name="configure">Sets the options. By default objects that are not encrypted are refused.</param>
    public static ObjectStoreBuilder WithEncryption(
        this ObjectStoreBuilder builder, IKeyRing ring, Action<EncryptionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(ring);
        return builder.WithEncryption(_ => ring, configure);
    }

    /// <summary>
    /// Encrypts the bytes of objects with AES-256-GCM, as
    /// <see cref="WithEncryption(ObjectStoreBuilder, IKeyRing, Action{EncryptionOptions}?)"/> does.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="ring">Returns the keys. It is called once, when the store is created. They are not disposed by the store.</param>
    /// <param name="configure">Sets the options. By default objects that are not encrypted are refused.</param>
    public static ObjectStoreBuilder WithEncryption(
        this ObjectStoreBuilder builder, Func<IServiceProvider, IKeyRing> ring, Action<EncryptionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(ring);
        ArgumentNullException.ThrowIfNull(builder);
        string label = OptionFaults.Label(builder.Name);
        OptionsBuilder<EncryptionOptions> options = Add(builder, (services, _) => new Keys(
            ring(services)
                ?? throw new InvalidOperationException($"{label}: the key ring of {nameof(WithEncryption)} is null."), IsOwned: false));
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return builder;
    }

    /// <summary>
    /// Encrypts the bytes of objects with AES-256-GCM, with keys from configuration, as
    /// <see cref="WithEncryption(ObjectStoreBuilder, IKeyRing, Action{EncryptionOptions}?)"/> does.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configuration">
    /// The section that has <see cref="EncryptionOptions"/> by their names, with <see cref="EncryptionOptions.CurrentKeyId"/> and
    /// <see cref="EncryptionOptions.Keys"/>.
    /// </param>
    public static ObjectStoreBuilder WithEncryption(this ObjectStoreBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configuration);
        Add(builder, static (_, options) => new Keys(EncryptionOptionsValidator.CreateRing(options), IsOwned: true))
            .Bind(configuration)
            .Validate(
                static options => options.CurrentKeyId is not null,
                EncryptionOptionsValidator.Told(builder.Name, EncryptionOptionsValidator.NoCurrent));
        return builder.ExpectSettings<EncryptionOptions>(configuration);
    }

    private static OptionsBuilder<EncryptionOptions> Add(ObjectStoreBuilder builder, Func<IServiceProvider, EncryptionOptions, Keys> find)
    {
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EncryptionOptions>, EncryptionOptionsValidator>());
        string name = builder.Name;
        return builder.Decorate<EncryptionOptions>(nameof(WithEncryption), (services, inner, options) =>
        {
            Keys keys = find(services, options);
            return new EncryptionBackend(
                inner,
                keys.Ring,
                options.PlaintextObjects,
                StoreBeneath.Create(services, name, inner),
                keys.IsOwned ? keys.Ring as IDisposable : null);
        });
    }

    /// <param name="Ring">The keys.</param>
    /// <param name="IsOwned">Whether they are disposed with the store.</param>
    private readonly record struct Keys(IKeyRing Ring, bool IsOwned);
}
