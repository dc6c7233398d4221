using System.Globalization;

namespace AdmissionSketch;

/// <summary>Which ids a filter admitted.</summary>
/// <param name="Bytes">Its memory in the end.</param>
/// <param name="Deserving">Ids that occurred N times or more.</param>
/// <param name="Admitted">Ids that were let in.</param>
/// <param name="Early">Of these, those let in before their N-th occurrence.</param>
/// <param name="Undeserving">Of these, those that never occurred N times.</param>
/// <param name="Late">Of these, those let in after their N-th occurrence.</param>
/// <param name="Missed">Deserving ids that were not let in.</param>
/// <param name="Nanoseconds">The processor time of a question, the median of the batches.</param>
internal sealed record Outcome(
    long Bytes, long Deserving, long Admitted, long Early, long Undeserving, long Late, long Missed, double Nanoseconds)
{
    public string ToRow(int threshold, string counter) => string.Create(CultureInfo.InvariantCulture,
        $"| {threshold} | {counter} | {Bytes / 1048576.0:F0} MB | {Deserving:N0} | {Admitted:N0} | {Early / (double)Admitted:P3} | "
        + $"{Undeserving / (double)Admitted:P3} | {Late / (double)Admitted:P3} | {Missed / (double)Deserving:P3} | {Nanoseconds:F0} |");
}
