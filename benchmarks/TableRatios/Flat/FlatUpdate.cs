namespace TableRatios.Flat;

/// <summary>An optimizer's step on flat rows.</summary>
/// <param name="numbers">The rows, [n].</param>
/// <param name="gradients">Their gradients, [n, dimension].</param>
internal delegate void FlatUpdate(ReadOnlySpan<int> numbers, ReadOnlySpan<float> gradients);
