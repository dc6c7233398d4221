namespace Monolith.Embeddings.Tests.Indexing;

/// <summary>One change of an index; <paramref name="Place"/> says which id of the pool.</summary>
internal sealed record IndexStep(IndexVerb Verb, int Place);
