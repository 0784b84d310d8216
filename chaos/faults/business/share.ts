import Type from 'typebox';

/** Of what comes to the gateway; below a tenth a look would need too many orders to show it. */
export const share = (description: string, byDefault: number) => Type.Number({ minimum: 0.1, maximum: 1, default: byDefault, description });
