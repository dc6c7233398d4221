namespace Monolith.Embeddings.Models.Graph;

/// <summary>The parts of one model: the linear part always, the interactions and the deep part where it has them.</summary>
internal sealed class ModelGraph
{
    public ModelGraph(ModelInputs inputs, LinearPart linear, InteractionPart? interaction = null, MultilayerPerceptron? perceptron = null)
    {
        (Inputs, Linear, Interaction, Perceptron) = (inputs, linear, interaction, perceptron);
        var layers = perceptron?.Layers ?? [];
        LayerWidths = [.. layers.Select(l => l.Outputs)];
        Parameters = [.. new[] { linear.Parameter, interaction?.Parameter }.OfType<Parameter>(), .. layers.Select(l => l.Parameter)];
        var touched = inputs.Bias.Width + inputs.Schema.Layout.DenseWidth * inputs.Heads.Count + (inputs.Vector?.Width ?? 0);
        OperationsPerRow = 8L * touched + 6 * layers.Sum(l => (long)l.Parameter.Weights.Length);
    }

    public ModelInputs Inputs { get; }

    public LinearPart Linear { get; }

    public InteractionPart? Interaction { get; }

    public MultilayerPerceptron? Perceptron { get; }

    public int[] LayerWidths { get; }

    public Parameter[] Parameters { get; }

    /// <summary>Whether all weights and all numbers of their state are finite.</summary>
    public bool HasFiniteWeights
    {
        get
        {
            foreach (var parameter in Parameters)
            {
                if (!parameter.IsFinite) return false;
            }
            return true;
        }
    }

    public bool HasFiniteGradients
    {
        get
        {
            foreach (var parameter in Parameters)
            {
                if (!parameter.HasFiniteGradient) return false;
            }
            return true;
        }
    }

    /// <summary>About how many floating-point operations it takes to learn from one row.</summary>
    public long OperationsPerRow { get; }

    public void Forward(Workspace space, int start, int end)
    {
        Linear.Forward(space, start, end);
        Interaction?.Forward(space, start, end);
        Perceptron?.Forward(space, start, end);
    }

    public void Backward(Workspace space, int start, int end)
    {
        Linear.Backward(space, start, end);
        Interaction?.Backward(space, start, end);
        Perceptron?.Backward(space, start, end);
        AbsurdNumbers.LoseNonFinite(this, space, start, end);
    }

    /// <summary>
    /// The queries of an item slot for the reported task, from the way forward of rows that have no id there: weight 1 for its bias, and
    /// the sum of all other vectors for its vector (Rendle 2010, equation 1: the sum over pairs is linear in each vector), as the task
    /// weighs its elements. The constant is the logit without the item.
    /// </summary>
    public void ItemQueries(Workspace space, in ItemQueryContext context)
    {
        var (head, heads) = (Inputs.Heads.ReportedHead.Logit, Inputs.Heads.Count);
        context.Queries.Clear();
        var (bias, vector) = (context.Find(Inputs.Bias), Interaction is null ? null : context.Find(Inputs.Vector!));
        for (var row = 0; row < space.Rows; row++)
        {
            var query = context.Query(row);
            if (bias is not null) query[bias.RowOffset + (bias.Dimension == 1 ? 0 : head)] = 1;
            if (vector is not null) Interaction!.ItemQuery(space, row, head, query.Slice(vector.RowOffset, Inputs.Dimension));
            context.Constants[row] = space.Logits[row * heads + head];
        }
    }

    /// <summary>Sets the gradients of the heads of some rows, see <see cref="HeadLosses"/>.</summary>
    public void ComputeDeltas(Workspace space, int start, int end) => HeadLosses.ComputeDeltas(Inputs.Heads, space, start, end);

    /// <summary>Makes ready for <see cref="Backward"/>; once a batch.</summary>
    public void PrepareBackward()
    {
        Interaction?.PrepareBackward();
        Perceptron?.PrepareBackward();
    }
}
