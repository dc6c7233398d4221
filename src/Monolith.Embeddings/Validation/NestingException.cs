namespace Monolith.Embeddings.Validation;

/// <summary>Options hold themselves, or one another too deep. Validation reports the same with the path.</summary>
internal sealed class NestingException(string message) : InvalidOperationException(message);
