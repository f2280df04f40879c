using BleepStore.Storage;
using BleepStore.Storage.AspNetCore.Downloads;
using BleepStore.Storage.AspNetCore.Links;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Serves objects.</summary>
public static class BleepStoreEndpointExtensions
{
    /// <summary>
    /// Serves the objects of a bucket by <c>GET</c> and <c>HEAD</c>. The path is the pattern, a slash and the key. Every object is public,
    /// unless the endpoint asks for authorization (<c>RequireAuthorization</c>). <see cref="StorageResults.Object"/> describes the answers.
    /// </summary>
    /// <remarks>
    /// The key is exactly the key that the client escaped, even where it holds two slashes in a row. A slash of the key is a slash of the
    /// path. A path with an escaped slash (<c>%2F</c>) is answered with 404, so it cannot bypass rules for paths. Servers resolve the
    /// segments <c>.</c> and <c>..</c>, so keys with such segments cannot be reached.
    /// </remarks>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The pattern, such as <c>/files</c>.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="options">The headers of the answers. The default is those of the objects.</param>
    /// <returns>The builder, to add authorization, caching and the like.</returns>
    public static IEndpointConventionBuilder MapObjects(
        this IEndpointRouteBuilder endpoints, string pattern, Bucket bucket, ObjectResultOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        return endpoints.MapObjects(pattern, _ => bucket, options);
    }

    /// <summary>Works as the other overload, with a bucket that is chosen for each request.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The pattern. It can have route parameters, such as <c>/tenants/{tenant}/files</c>.</param>
    /// <param name="bucket">Returns the bucket of a request, from its services, its user or its route values.</param>
    /// <param name="options">The headers of the answers. The default is those of the objects.</param>
    /// <returns>The builder, to add authorization, caching and the like.</returns>
    public static IEndpointConventionBuilder MapObjects(
        this IEndpointRouteBuilder endpoints, string pattern, Func<HttpContext, Bucket> bucket, ObjectResultOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(bucket);
        var endpoint = new ObjectEndpoint(bucket, options ?? ObjectResultOptions.Default);
        return endpoints
            .MapMethods(ObjectEndpoint.PatternUnder(pattern), ObjectEndpoint.Methods, endpoint.AnswerAsync)
            .WithDisplayName($"Objects of {pattern}");
    }

    /// <summary>
    /// Serves the store's own links (<see cref="ObjectStoreOptions.Links"/>), which are downloads, uploads of objects and parts, and
    /// deletions. <see cref="StoreLinkOptions.BaseUrl"/> must lead to this pattern. The link is the authorization, so the endpoint needs no
    /// other. A request that no link allows is answered with 403.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The path of <see cref="StoreLinkOptions.BaseUrl"/>, such as <c>/links</c>.</param>
    /// <param name="store">The store that signs the links.</param>
    /// <param name="options">Headers and limits. The default is a new <see cref="ObjectLinkOptions"/>.</param>
    /// <returns>The builder, to add rate limits and the like.</returns>
    public static IEndpointConventionBuilder MapObjectLinks(
        this IEndpointRouteBuilder endpoints, string pattern, ObjectStore store, ObjectLinkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        return endpoints.MapObjectLinks(pattern, _ => store, options);
    }

    /// <summary>Works as the other overload, with a store that is chosen for each request.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The path of <see cref="StoreLinkOptions.BaseUrl"/>, such as <c>/links</c>.</param>
    /// <param name="store">Returns the store of a request, usually from its services.</param>
    /// <param name="options">Headers and limits. The default is a new <see cref="ObjectLinkOptions"/>.</param>
    /// <returns>The builder, to add rate limits and the like.</returns>
    public static IEndpointConventionBuilder MapObjectLinks(
        this IEndpointRouteBuilder endpoints, string pattern, Func<HttpContext, ObjectStore> store, ObjectLinkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(store);
        var endpoint = new LinkEndpoint(store, options ?? ObjectLinkOptions.Default);
        return endpoints
            .MapMethods(LinkEndpoint.PatternUnder(pattern), LinkEndpoint.Methods, endpoint.AnswerAsync)
            .WithDisplayName($"Links of {pattern}");
    }
}
