namespace OptimizerRatios.Flat;

/// <summary>An optimizer's arithmetic on flat rows, one gradient each.</summary>
/// <param name="rows">The rows.</param>
internal delegate void FlatRule(in FlatRows rows);
