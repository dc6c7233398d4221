using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// The probability pi(x) with which a negative is to be kept. It may depend on the features alone. Called on one thread at a time.
/// </summary>
/// <param name="example">The example, without its labels.</param>
/// <returns>Any number; the bounds of the options hold it. NaN ends the reading.</returns>
public delegate double KeepProbability(in ExampleView example);
