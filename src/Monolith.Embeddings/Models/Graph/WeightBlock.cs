namespace Monolith.Embeddings.Models.Graph;

/// <summary>Some rows of one layer's weights, whose gradient is made as one part of the work.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Source">Where the inputs of these rows come from.</param>
/// <param name="FirstRow">The first row of the weights.</param>
/// <param name="FirstColumn">The first column of the source.</param>
/// <param name="Count">How many rows.</param>
internal readonly record struct WeightBlock(int Layer, WeightSource Source, int FirstRow, int FirstColumn, int Count);
