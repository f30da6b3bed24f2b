using System.Numerics.Tensors;
using Seven.Formats.Compact;
using Seven.Numerics;
using Seven.Weights;
using Seven.Weights.Int8;

namespace Seven.Encoders;

/// <summary>Observes what an encoder's layers read, then rounds their weights to 8 or 4 bits by it.</summary>
internal sealed class Calibration
{
    /// <summary>Inputs with which a model is calibrated where nobody chose them: more gain next to nothing.</summary>
    private const int UsualInputs = 512;

    private readonly List<(LayerWeights Layer, ObservedForm Form)> _observed = [];

    /// <summary>Begins to observe the layers whose weights are rounded in files of 8 and 4 bits.</summary>
    /// <param name="model">A model whose layers have their floats. It may be scored in any way until <see cref="Round"/> is called.</param>
    /// <exception cref="InvalidOperationException">A weight is not finite.</exception>
    public Calibration(EncoderModel model)
    {
        foreach (var layer in model.Parameters.Where(model.MayBeInt8).Select(parameter => parameter.Layer).OfType<LayerWeights>().Distinct().Where(layer => layer.Form == layer.Dense))
        {
            if (layer.WeightParts.Find(part => !TensorPrimitives.IsFiniteAll<float>(part.Values)) is { } part)
                throw new InvalidOperationException($"{part.Name} has values that are not finite; expected finite numbers.");
            var form = new ObservedForm(layer.Form, layer.Inputs);
            layer.Form = form;
            _observed.Add((layer, form));
        }
    }

    /// <exception cref="ArgumentException">The values are stored as floats.</exception>
    public static void Check(ValuePrecision precision)
    {
        if (precision is not (ValuePrecision.Int8 or ValuePrecision.Int4))
            throw new ArgumentException($"The precision is {precision}, which rounds no weight by calibration; expected {ValuePrecision.Int8} or {ValuePrecision.Int4}.", nameof(precision));
    }

    /// <exception cref="ArgumentException">There are no inputs.</exception>
    public static void Check(int inputs)
    {
        if (inputs == 0)
            throw new ArgumentException("There are no calibration inputs; expected some, at best a hundred or more of the kind that is scored.", nameof(inputs));
    }

    /// <summary>A part of the training data to calibrate with, spread over all of it, since files are often sorted by their labels.</summary>
    public static T[] Sample<T>(IReadOnlyList<T> rows)
    {
        int count = Math.Min(rows.Count, UsualInputs);
        return [.. Enumerable.Range(0, count).Select(i => rows[(int)((long)i * rows.Count / count)])];
    }

    /// <summary>Ends the observation and rounds the weights in place; files of the precision store them as they are then.</summary>
    /// <exception cref="InvalidOperationException">A layer read values that are not finite.</exception>
    public void Round(ValuePrecision precision, Workers workers)
    {
        foreach (var (layer, form) in _observed)
        {
            layer.Form = form.Form;
            if (!TensorPrimitives.IsFiniteAll<float>(form.Moments.Values))
                throw new InvalidOperationException($"{layer.Name} read values that are not finite, or too large, on the calibration inputs; expected finite ones.");
            CompensatedRounding.Round(layer, form.Moments, RoundedRows.LargestOf(precision), workers);
        }
    }
}
