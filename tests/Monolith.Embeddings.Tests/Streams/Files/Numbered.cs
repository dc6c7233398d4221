namespace Monolith.Embeddings.Tests.Streams.Files;

/// <summary>A line.</summary>
internal sealed record Numbered(int Number, string? Text);
