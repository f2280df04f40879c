namespace BleepStore.Storage.Gcp.TestServer.State;

/// <summary>The progress of a rewrite in several calls ("Objects: rewrite").</summary>
/// <param name="Call">The call that began it, because the token belongs to the same one.</param>
/// <param name="SourceGeneration">The source.</param>
/// <param name="Done">How many bytes were rewritten.</param>
internal sealed record RewriteProgress(string Call, long SourceGeneration, long Done);
