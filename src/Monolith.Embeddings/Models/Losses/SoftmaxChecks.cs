namespace Monolith.Embeddings.Models.Losses;

/// <summary>Refuses batches of a softmax loss that do not fit.</summary>
internal static class SoftmaxChecks
{
    /// <exception cref="ArgumentException">They do not fit; the message holds the numbers.</exception>
    public static void Require(in InBatchExamples examples, int rows, ReadOnlySpan<float> userGradients, ReadOnlySpan<float> itemGradients)
    {
        RequireDimension(examples.Dimension);
        var floats = (long)rows * examples.Dimension;
        RequireLength("users", examples.Users.Length, floats);
        RequireLength("items", examples.Items.Length, floats);
        RequireLength("item ids", examples.ItemIds.Length, rows);
        RequireLength("users' gradients", userGradients.Length, floats);
        RequireLength("items' gradients", itemGradients.Length, floats);
        RequireOptional("ln Q", examples.LogQ.Length, rows);
        RequireFinite("users", examples.Users);
        RequireFinite("items", examples.Items);
        RequireLogarithms("ln Q", examples.LogQ, most: 0);
        RequireWeights(examples.Weights, rows);
        RequireApart(userGradients, examples.Users, examples.Items);
        RequireApart(itemGradients, examples.Users, examples.Items);
        RequireApart(userGradients, itemGradients, []);
    }

    /// <exception cref="ArgumentException">They do not fit; the message holds the numbers.</exception>
    public static void Require(
        in SampledSoftmaxExamples examples, int rows, in SampledSoftmaxGradients gradients, SoftmaxOptions options)
    {
        RequireDimension(examples.Dimension);
        if (examples.NegativeCount < 1) throw new ArgumentException($"A row has {examples.NegativeCount} negatives; it needs 1 or more.");
        var (floats, drawn) = ((long)rows * examples.Dimension, (long)rows * examples.NegativeCount);
        RequireLength("users", examples.Users.Length, floats);
        RequireLength("positives", examples.Positives.Length, floats);
        RequireLength("negatives", examples.Negatives.Length, drawn * examples.Dimension);
        RequireLength("positive ids", examples.PositiveIds.Length, rows);
        RequireLength("negative ids", examples.NegativeIds.Length, drawn);
        RequireLength("users' gradients", gradients.Users.Length, floats);
        RequireLength("positives' gradients", gradients.Positives.Length, floats);
        RequireLength("negatives' gradients", gradients.Negatives.Length, drawn * examples.Dimension);
        RequireOptional("ln Q of negatives", examples.NegativeLogQ.Length, drawn);
        RequireOptional("ln Q of positives", examples.PositiveLogQ.Length, rows);
        if (options.Correction == SoftmaxCorrection.AllLogits && rows > 0
            && examples.PositiveLogQ.IsEmpty != examples.NegativeLogQ.IsEmpty)
        {
            throw new ArgumentException(
                $"{nameof(SoftmaxCorrection.AllLogits)} takes ln Q of positives and negatives; one of them is missing. Give both, or take "
                + $"{nameof(SoftmaxCorrection.NegativesOnly)}.");
        }
        RequireFinite("users", examples.Users);
        RequireFinite("positives", examples.Positives);
        RequireFinite("negatives", examples.Negatives);
        RequireLogarithms("ln Q of negatives", examples.NegativeLogQ, float.MaxValue);
        RequireLogarithms("ln Q of positives", examples.PositiveLogQ, float.MaxValue);
        RequireWeights(examples.Weights, rows);
        RequireApart(gradients.Users, examples.Users, examples.Positives);
        RequireApart(gradients.Users, examples.Negatives, gradients.Positives);
        RequireApart(gradients.Positives, examples.Users, examples.Positives);
        RequireApart(gradients.Positives, examples.Negatives, gradients.Negatives);
        RequireApart(gradients.Negatives, examples.Users, examples.Positives);
        RequireApart(gradients.Negatives, examples.Negatives, gradients.Users);
    }

    private static void RequireDimension(int dimension)
    {
        if (dimension < 1) throw new ArgumentException($"A vector has {dimension} floats; it needs 1 or more.");
    }

    private static void RequireLength(string name, int length, long needed)
    {
        if (length != needed) throw new ArgumentException($"There are {length} numbers of {name}, and the losses' rows need {needed}.");
    }

    private static void RequireOptional(string name, int length, long needed)
    {
        if (length > 0) RequireLength(name, length, needed);
    }

    private static void RequireFinite(string name, ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i])) throw new ArgumentException($"Number {i} of the {name} is {values[i]:R}; all are finite.");
        }
    }

    private static void RequireLogarithms(string name, ReadOnlySpan<float> values, float most)
    {
        RequireFinite(name, values);
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] > most)
                throw new ArgumentException($"Number {i} of {name} is {values[i]:R}; that of a probability is at most 0.");
        }
    }

    private static void RequireWeights(ReadOnlySpan<float> weights, int rows)
    {
        RequireOptional("weights", weights.Length, rows);
        RequireFinite("weights", weights);
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] < 0) throw new ArgumentException($"Weight {i} is {weights[i]:R}; none is negative.");
        }
    }

    private static void RequireApart(ReadOnlySpan<float> result, ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        if (result.Overlaps(one) || result.Overlaps(other)) throw new ArgumentException("Gradients share memory with other arguments.");
    }
}
