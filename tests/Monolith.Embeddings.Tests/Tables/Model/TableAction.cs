namespace Monolith.Embeddings.Tests.Tables.Model;

/// <summary>
/// One call of a table, or a wait. What it carries follows from the seed, so that a failing list of calls can be shortened.
/// </summary>
internal sealed record TableAction(TableVerb Verb, int Seed, int Size);
