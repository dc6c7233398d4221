namespace OnlineTraining.Contest;

/// <summary>How well a window was predicted.</summary>
/// <param name="Events">How many events had passed at its end.</param>
/// <param name="Auc">The area under the ROC curve in it.</param>
public readonly record struct CurvePoint(long Events, double Auc);
